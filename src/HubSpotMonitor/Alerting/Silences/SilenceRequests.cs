using Cronos;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Alerting.Silences;

/// <summary>Somebody wants to hear nothing of something for a while.</summary>
public sealed record SilenceRequest
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>The account's number; absent: every account. One of portal, rule and subjectPrefix is needed.</summary>
    public long? Portal { get; init; }

    /// <summary>A rule's id; absent: every rule.</summary>
    public string? Rule { get; init; }

    /// <summary>How the alert's subject begins; absent: any.</summary>
    public string? SubjectPrefix { get; init; }

    /// <summary>The worst severity that is kept back; absent: High.</summary>
    public Severity? UpTo { get; init; }

    /// <summary>Who asks for it. Needed, unless a sign-in tells.</summary>
    public string? Author { get; init; }

    /// <summary>Why, for whoever wonders about the quiet. Needed.</summary>
    public string? Reason { get; init; }

    /// <summary>Absent: from now on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Needed; at most 90 days after its beginning.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <returns>A sentence for each thing that is wrong.</returns>
    public IEnumerable<string> Wrong(DateTimeOffset now)
    {
        if (Portal is null && Blank.Of(Rule) is null && Blank.Of(SubjectPrefix) is null)
            yield return "Name a portal, a rule or the beginning of a subject: a silence about everything would make the monitor useless.";
        foreach (var sentence in Signed.Wrong(Author, Reason, UpTo)) yield return sentence;
        if (Rule?.Length > Signed.Longest || SubjectPrefix?.Length > Signed.Longest)
            yield return $"Rule and subject may have {Signed.Longest} letters each.";
        if (Until is not { } until) yield return "Until when? A silence must end by itself.";
        else if (until <= now) yield return "The silence would be over already: choose a later end.";
        else if (until - (From ?? now) > Longest) yield return $"A silence lasts at most {Longest.Days} days; renew it if it is still wanted then.";
        else if (until <= From) yield return "The silence would end before it begins.";
    }

    public Silence ToSilence(DateTimeOffset now) => new()
    {
        Id = Keys.SilenceId(FormattableString.Invariant($"{Portal}"), Rule, SubjectPrefix, Author, FormattableString.Invariant($"{Until:O}")),
        Portal = Portal,
        Rule = Blank.Of(Rule),
        SubjectPrefix = Blank.Of(SubjectPrefix),
        UpTo = UpTo ?? Severity.High,
        Author = Author!.Trim(),
        Reason = Reason!.Trim(),
        From = (From ?? now).ToUniversalTime(),
        Until = Until!.Value.ToUniversalTime(),
    };
}

/// <summary>Somebody plans work that makes noise, again and again.</summary>
public sealed record WindowRequest
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(3);
    private static readonly TimeSpan FourWeeks = TimeSpan.FromDays(28);

    // Half of them, and the hour by which the zone's clock may jump meanwhile.
    private static readonly TimeSpan MostOpen = TimeSpan.FromDays(14) + TimeSpan.FromHours(1);

    /// <summary>When it begins: five fields, minute first. Needed.</summary>
    public string? Cron { get; init; }

    /// <summary>How long each lasts, as hh:mm:ss, at most three days. Needed.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The IANA name of the cron expression's clock. Needed.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The account's number; absent: every account. Needed where upTo is Critical.</summary>
    public long? Portal { get; init; }

    /// <summary>The worst severity that is kept back; absent: High. Critical needs a portal.</summary>
    public Severity? UpTo { get; init; }

    /// <summary>Who plans it. Needed, unless a sign-in tells.</summary>
    public string? Author { get; init; }

    /// <summary>Why, for whoever wonders about the quiet. Needed.</summary>
    public string? Reason { get; init; }

    /// <summary>From then on nothing is kept back any more, also in the middle of one. Needed; at most 366 days from now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <returns>A sentence for each thing that is wrong.</returns>
    public IEnumerable<string> Wrong(DateTimeOffset now)
    {
        if (!CronExpression.TryParse(Cron ?? "", out var cron))
            yield return $"'{Cron}' is no cron expression of five fields; 0 2 * * * is every night at two.";
        if (Duration is not { } duration || duration <= TimeSpan.Zero || duration > LongestDuration)
            yield return $"The duration must be longer than nothing and at most {LongestDuration.Days} days, for example 01:30:00.";
        if (AccountClock.Find(TimeZone ?? "") is null)
            yield return $"'{TimeZone}' is no time zone that this machine knows: write an IANA name such as Europe/Berlin.";
        foreach (var sentence in Signed.Wrong(Author, Reason, UpTo)) yield return sentence;
        if (Until is not { } until) yield return "Until when? A maintenance window must end by itself.";
        else if (until <= now) yield return "The maintenance window would be over already: choose a later end.";
        else if (until - now > Longest) yield return $"A maintenance window lasts at most {Longest.Days} days; renew it if it is still wanted then.";
        if (UpTo == Severity.Critical && Portal is null)
            yield return "Name a portal: no maintenance window keeps back what is critical in every account.";
        if (cron is not null
            && Duration is { } length
            && length > TimeSpan.Zero
            && length <= LongestDuration
            && AccountClock.Find(TimeZone ?? "") is { } clock
            && Until is { } end
            && end - now <= Longest
            && IsMostlyOpen(cron, length, clock.Zone, now, end))
        {
            yield return "The maintenance window would be open for more than half of four weeks, which is no planned work any more: let it begin less often or last less long, or silence a portal, a rule or a subject.";
        }
    }

    // Its whole life, four weeks by four weeks: what is shut in winter may be open all summer.
    private static bool IsMostlyOpen(CronExpression cron, TimeSpan duration, TimeZoneInfo zone, DateTimeOffset now, DateTimeOffset until)
    {
        for (var from = now; from < until; from += FourWeeks)
        {
            if (IsOpenTooLong(cron, duration, zone, from, from + FourWeeks < until ? from + FourWeeks : until)) return true;
        }
        return false;
    }

    // Where one begins before the last has ended, the time counts once.
    private static bool IsOpenTooLong(CronExpression cron, TimeSpan duration, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var (open, end) = (TimeSpan.Zero, from);
        foreach (var began in cron.GetOccurrences(from - duration, to, zone))
        {
            var ends = began + duration < to ? began + duration : to;
            if (ends <= end) continue;
            open += ends - (began > end ? began : end);
            if (open > MostOpen) return true;
            end = ends;
        }
        return false;
    }

    public MaintenanceWindow ToWindow(DateTimeOffset now) => new()
    {
        Id = Keys.SilenceId(
            "window",
            Cron,
            TimeZone,
            FormattableString.Invariant($"{Duration}"),
            FormattableString.Invariant($"{Portal}"),
            FormattableString.Invariant($"{Until:O}")),
        Cron = Cron!.Trim(),
        Duration = Duration!.Value,
        TimeZone = TimeZone!,
        Portal = Portal,
        UpTo = UpTo ?? Severity.High,
        Author = Author!.Trim(),
        Reason = Reason!.Trim(),
        From = now,
        Until = Until!.Value.ToUniversalTime(),
    };
}

/// <summary>Whoever keeps others from being told says who and why, and how much.</summary>
internal static class Signed
{
    public const int Longest = 300;

    public static IEnumerable<string> Wrong(string? author, string? reason, Severity? upTo)
    {
        if (Blank.Of(author) is null) yield return "Say who you are: an author is needed.";
        if (Blank.Of(reason) is null) yield return "Say why: a reason is needed, for whoever wonders about the quiet.";
        if (author?.Length > Longest || reason?.Length > Longest) yield return $"Author and reason may have {Longest} letters each.";
        // JSON may give a number.
        if (upTo is { } severity && !Enum.IsDefined(severity)) yield return $"upTo must be one of {string.Join(", ", Enum.GetNames<Severity>())}.";
    }
}

/// <summary>What matches nothing would be taken for a silence and keep back nothing.</summary>
internal static class Known
{
    public static IEnumerable<string> Wrong(MonitorScope scope, long? portal, string? rule)
    {
        if (portal is { } id && id != Portal.Monitor.Id && scope.Portals.All(known => known.Id != id))
            yield return $"The account {id} is not in the settings.";
        // The answer repeats no text without end.
        if (Blank.Of(rule) is { Length: <= Signed.Longest } name && !scope.Rules.Contains(name))
            yield return $"There is no rule '{name}'. docs/rules names them all, and an alert's page links to its own; usage-spike is one.";
    }
}

internal static class Blank
{
    public static string? Of(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
