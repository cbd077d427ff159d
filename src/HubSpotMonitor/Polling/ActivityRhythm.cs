using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>
/// When which part of a history is read. Pure.
/// <para>
/// HubSpot shows some events late and does not say how late, so a poll reads again: the last day where that is one page, else a quarter of an
/// hour, and the last day apart from that, at most a page for every three minutes. The login history cannot be asked by time: it is read until
/// a page holds nothing new, and to its end once a day.
/// </para>
/// <para>
/// Calls of a portal-day where a day's events fit on a page: security activity 288 (every 5 minutes), logins 96 to 192 (every 15 minutes, and
/// a second page where the first held something new) and up to 46 once a day (9,000 logins), audit log 96 (Enterprise only, whose limit is four
/// times as high; else 4), and 72 for users, token and SMTP tokens every hour: at most 602, which is 0.24 % of the smallest daily limit (250,000).
/// A busy portal adds at most 480 for each history. The first read of a year's past comes once. Where HubSpot does not list the newest logins
/// first, each poll reads all: 9,000 logins every half an hour are 2,208 calls.
/// </para>
/// </summary>
public static class ActivityRhythm
{
    /// <summary>How far back a wide walk goes.</summary>
    public static readonly TimeSpan Wide = TimeSpan.FromHours(24);

    private static readonly TimeSpan Narrow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan ForAPage = TimeSpan.FromMinutes(3);

    /// <summary>A quarter of an hour, less a timer's unpunctuality.</summary>
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(14);

    /// <summary>However many pages it takes: who guesses passwords must not be seen hours later.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(29);

    /// <summary>Credentials live for years; HubSpot's page shows one year of security activity, and what the API keeps is not documented.</summary>
    private static readonly TimeSpan SecurityPast = TimeSpan.FromDays(365);

    /// <summary>The audit log is much longer and only explains what happened of late; logins are kept for as long.</summary>
    private static readonly TimeSpan AuditPast = TimeSpan.FromDays(90);

    /// <summary>Whether the time of a history has come.</summary>
    public static bool IsDue(ActivityCheckpoint? before, DateTimeOffset now)
    {
        // Further away than anybody is told to wait: of a clock that was wrong.
        if (before?.AskAgainAt is { } again && now < again && again - now <= ActivityCheckpoint.AskAgainAfter) return false;
        if (before is not { Access: SourceAccess.Read, Near: null, Far: null, LastReadAt: { } last } || now < last) return true;
        return now - last >= before.Feed switch
        {
            ActivityFeed.Security => TimeSpan.Zero,
            ActivityFeed.Login => TimeSpan.FromTicks(Math.Clamp((before.NearPages * ForAPage).Ticks, Quarter.Ticks, LongestPause.Ticks)),
            _ => Quarter,
        };
    }

    /// <summary>The walk over the newest that is under way, or the next one.</summary>
    public static ActivityWalk Near(ActivityCheckpoint checkpoint, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Near is { } going) return going;
        if (checkpoint.Feed == ActivityFeed.Login) return new(now - AuditPast, now, IsWide: false);
        var until = checkpoint.ReadTo is { } read && read < now ? read : now;
        var isWide = checkpoint.WidePages <= 1;
        return new(until - (isWide ? Wide : Narrow), now, isWide);
    }

    /// <summary>The walk over the past that is under way, or the next one if it is due.</summary>
    public static ActivityWalk? Far(ActivityCheckpoint checkpoint, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (checkpoint.Far is { } going) return going;
        var last = checkpoint.WideAt is { } at && at <= now ? at : DateTimeOffset.MinValue;
        return checkpoint.Feed switch
        {
            // Its walk over the newest goes to the end the first time.
            ActivityFeed.Login => checkpoint.HasHistory && now - last >= Wide ? new(now - AuditPast, now, IsWide: true) : null,
            var feed when !checkpoint.HasHistory => new(now - (feed == ActivityFeed.Security ? SecurityPast : AuditPast), now, IsWide: true),
            _ => checkpoint.WidePages > 1 && now - last >= checkpoint.WidePages * ForAPage ? new(now - Wide, now, IsWide: true) : null,
        };
    }
}
