using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

[JsonConverter(typeof(JsonStringEnumConverter<AlertState>))]
public enum AlertState
{
    Open,
    Resolved,
}

/// <summary>How an incident stands with people.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertStage>))]
public enum AlertStage
{
    /// <summary>Open, and nobody has taken it.</summary>
    Open,

    /// <summary>Somebody looks into it: no reminder, no escalation.</summary>
    Acknowledged,

    /// <summary>Quiet until <see cref="Alert.SnoozedUntil"/>, or until its severity rises or it happens again.</summary>
    Snoozed,

    /// <summary>Somebody says that it is meant to be: quiet until it is over, its severity rises, or it happens again.</summary>
    Expected,
    Resolved,
}

/// <summary>
/// An incident: what somebody must hear of. At most one is open per portal, rule and subject. Changes return new records.
/// </summary>
public sealed record Alert
{
    /// <summary>Decisions, and steps that happened by themselves, that are kept: enough for a page, small enough for a row.</summary>
    private const int Kept = 20;

    /// <summary>What people did is kept for longer. With the longest names and reasons it is a fifth of what a row can hold.</summary>
    private const int KeptOfPeople = 50;

    /// <summary>Unique among all alerts, safe in an address.</summary>
    public required string Id { get; init; }

    public required Portal Portal { get; init; }

    public required AlertState State { get; init; }

    /// <summary>The worst severity reached.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The latest finding that fired.</summary>
    public required Finding Finding { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When the rule last fired.</summary>
    public required DateTimeOffset LastFiredAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public DateTimeOffset? AcknowledgedAt { get; init; }

    public DateTimeOffset? SnoozedUntil { get; init; }

    public DateTimeOffset? ExpectedAt { get; init; }

    /// <summary>When it was told to more people, since nobody had taken it.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>When a message about it was last on its way.</summary>
    public DateTimeOffset? ToldAt { get; init; }

    /// <summary>When the last reminder was due, told or not.</summary>
    public DateTimeOffset? RemindedAt { get; init; }

    /// <summary>Whether the readers, by what they were told, hold it to be open.</summary>
    public bool IsToldOpen { get; init; }

    /// <summary>When it came back of late: too often, and it is flapping.</summary>
    public IReadOnlyList<DateTimeOffset> Reopenings { get; init => field = value ?? []; } = [];

    /// <summary>It comes and goes: it stays open until it has been calm for a while, and its coming and going is not told.</summary>
    public bool IsFlapping { get; init; }

    /// <summary>It is resolved but not over: it lasted so long that it counts as usual.</summary>
    public bool GoesOn { get; init; }

    /// <summary>While flapping: since when the rule has been clear.</summary>
    public DateTimeOffset? CalmSince { get; init; }

    /// <summary>The account's zone when it was last told, for times in messages.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The counts around it, for the chart in later messages.</summary>
    public IReadOnlyList<ChartPoint> Chart { get; init => field = value ?? []; } = [];

    /// <summary>How many transitions there were; numbers the messages.</summary>
    public int Transitions { get; init; }

    /// <summary>The transition with which it last opened: links of earlier messages no longer act.</summary>
    public int OpenedBy { get; init; } = 1;

    /// <summary>Links that were used since it opened.</summary>
    public IReadOnlyList<string> UsedLinks { get; init => field = value ?? []; } = [];

    /// <summary>Who did what and why, the latest 50, and what happened by itself, the latest 20; oldest first.</summary>
    public IReadOnlyList<AlertStep> History { get; init => field = value ?? []; } = [];

    /// <summary>Why it was told or not; oldest first, the latest 20.</summary>
    public IReadOnlyList<AlertDecision> Decisions { get; init => field = value ?? []; } = [];

    /// <summary>The messages decided but not yet routed, oldest first.</summary>
    public IReadOnlyList<AlertMessage> Unpublished { get; init => field = value ?? []; } = [];

    /// <summary>The messages routed but not yet handed to the bus, oldest first: the row is its own outbox.</summary>
    public IReadOnlyList<Parcel> Outbox { get; init => field = value ?? []; } = [];

    public AlertStage Stage => this switch
    {
        { State: AlertState.Resolved } => AlertStage.Resolved,
        { ExpectedAt: not null } => AlertStage.Expected,
        { SnoozedUntil: not null } => AlertStage.Snoozed,
        { AcknowledgedAt: not null } => AlertStage.Acknowledged,
        _ => AlertStage.Open,
    };

    public Alert With(AlertStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        // Each makes room among its kind: what comes and goes by itself must not push out who said what.
        var alike = History.Where(one => (one.By is null) == (step.By is null)).ToList();
        var oldest = alike.Count < (step.By is null ? Kept : KeptOfPeople) ? null : alike[0];
        return this with { History = [.. History.Where(one => !ReferenceEquals(one, oldest)), step] };
    }

    /// <summary>Notes a decision; the same one about the same message is noted once.</summary>
    public Alert With(AlertDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var last = Decisions.LastOrDefault(known => known.MessageId == decision.MessageId);
        return last is not null && last.Verdict == decision.Verdict && last.Reason == decision.Reason
            ? this
            : this with { Decisions = [.. Decisions.Append(decision).TakeLast(Kept)] };
    }
}

/// <summary>Something that became of an alert.</summary>
/// <param name="At">When.</param>
/// <param name="What">For example <c>Snoozed until 24 Nov 2026 18:00 UTC</c>.</param>
/// <param name="By">The name somebody gave, with (by link) behind it where a message's link was their key; null when it happened by itself.</param>
/// <param name="Why">The reason somebody gave.</param>
public sealed record AlertStep(DateTimeOffset At, string What, string? By = null, string? Why = null);

/// <summary>What was decided about a message.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>On its way to its channels.</summary>
    Send,

    /// <summary>Later: it waits for others of its kind, or for room.</summary>
    Hold,

    /// <summary>Never, for a reason.</summary>
    Mute,
}

/// <summary>Why somebody got a message, or why not.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="MessageId">The message's <see cref="AlertMessage.Id"/>.</param>
/// <param name="Transition">What it would tell.</param>
/// <param name="Verdict">What was decided.</param>
/// <param name="Channels">Where it went.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Cut">Channels that would have had it, but had too many messages in the hour.</param>
public sealed record AlertDecision(
    DateTimeOffset At, string MessageId, Transition Transition, Verdict Verdict, IReadOnlyList<string> Channels, string Reason,
    IReadOnlyList<string>? Cut = null);

/// <summary>A message and the channels it goes to.</summary>
public sealed record Parcel(AlertMessage Message, IReadOnlyList<string> Channels);
