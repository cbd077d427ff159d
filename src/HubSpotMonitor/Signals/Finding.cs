using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>How much a finding matters and how soon.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Worth knowing, nothing to do.</summary>
    Info,

    /// <summary>Put right when convenient.</summary>
    Low,

    /// <summary>Look at it today.</summary>
    Medium,

    /// <summary>Look at it now: something is likely wrong.</summary>
    High,

    /// <summary>Act now, at any hour: data is likely leaving, or the monitor cannot see.</summary>
    Critical,
}

/// <summary>A detector's or rule's verdict, with all that a message needs to explain it.</summary>
public sealed record Finding
{
    /// <summary>Stable id of the rule, for example <c>usage-spike</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>What the rule speaks about within the portal, for example a metric's name.</summary>
    public required string Subject { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>The heart of the title: <c>API calls 6.2x normal</c>.</summary>
    public required string Headline { get; init; }

    /// <summary>What happened, in one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>When it began, as far as known. UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>For example <c>120–310 calls in 5 min</c>.</summary>
    public string? Expected { get; init; }

    /// <summary>For example <c>2,140 calls in 5 min</c>.</summary>
    public string? Seen { get; init; }

    /// <summary>What is counted, as a chart names it: <c>logins</c>; null: calls. Absent in rows of before.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Counted { get; init; }

    /// <summary>How sure, on what grounds, and whether the model is still learning.</summary>
    public string? Confidence { get; init; }

    /// <summary>Share of the daily limit used, for example <c>41 % of the daily limit</c>.</summary>
    public string? LimitUse { get; init; }

    public string? LikelyCause { get; init; }

    /// <summary>The first three steps for the person who was woken.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    /// <summary>The same in figures, where a model of counts speaks; null: it is not the model that speaks.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Explanation? Explanation { get; init; }

    /// <summary>Ids of the readings or events that the verdict rests on.</summary>
    public IReadOnlyList<string> Evidence { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Id of the newest event, where another one of the same subject is news even to who knows of the first; null: it is not,
    /// or there are no events. With <c>|</c> between where there is no newest: one that is not among those before is news.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NewestEvent { get; init; }

    /// <summary>
    /// <see cref="NewestEvent"/> holds the steps of size that were reached: a further one is told at once, and one that is reached again is no news.
    /// </summary>
    [JsonIgnore]
    public bool IsGrowth { get; init; }

    /// <summary>
    /// Findings about the same portal that are parts of this one, by rule or by <see cref="Part"/>: while it is open and critical, they are not
    /// told on their own.
    /// </summary>
    public IReadOnlyList<string> Explains { get; init => field = value ?? []; } = [];

    public static string Part(string rule, string subject) => $"{rule}|{subject}";
}

/// <summary>Whether a rule's condition holds now.</summary>
public enum Condition
{
    /// <summary>Neither clearly wrong nor clearly well again: leave an alert as it is.</summary>
    Undecided,
    Firing,
    Clear,
}

/// <summary>What one rule says of one subject after a run. <see cref="Finding"/> is present when it fires.</summary>
public sealed record Assessment(string Rule, string Subject, Condition Condition, Finding? Finding)
{
    /// <summary>Clear, and yet not over: what was found lasted so long that it is what is usual now.</summary>
    public bool GoesOn { get; init; }

    public static Assessment Firing(Finding finding) => new(finding.Rule, finding.Subject, Condition.Firing, finding);

    public static Assessment Clear(string rule, string subject) => new(rule, subject, Condition.Clear, null);

    public static Assessment Usual(string rule, string subject) => Clear(rule, subject) with { GoesOn = true };

    public static Assessment Undecided(string rule, string subject) => new(rule, subject, Condition.Undecided, null);
}
