using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>Asks one portal for its usage and translates the answer. Stores nothing, judges nothing.</summary>
public sealed class UsagePoller(HubSpotClient hubSpot, AccountCheck account)
{
    /// <summary>A figure measured later than this after our "now" shows that one of the two clocks is wrong.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Fourteen hours in milliseconds: no zone is further from UTC.</summary>
    private const long LargestOffset = 14 * 60 * 60 * 1000;

    /// <param name="options">The portal.</param>
    /// <param name="token">What opens it.</param>
    /// <param name="now">The time of this run; the headers' counter is stored under it.</param>
    /// <param name="cancellationToken">Stops the poll.</param>
    /// <returns>Always an outcome: trouble at HubSpot's side is an answer, not an exception.</returns>
    public async Task<UsagePoll> PollAsync(PortalOptions options, string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            // Details first: they tell whose token this is, and nothing of another account may be stored.
            var (details, trouble) = await DetailsAsync(token, cancellationToken);
            if (account.Refuse(options.Id, token, details?.Body.PortalId) is { } refusal) return new(PollOutcome.WrongPortal, refusal, [], null);

            var usage = await hubSpot.GetUsageAsync(token, cancellationToken);
            return Translate(options, usage, details?.Body, trouble, now);
        }
        catch (HubSpotException e)
        {
            IReadOnlyList<Reading> live = e.Limits is { } limits && e.Failure == HubSpotFailure.DailyLimit ? [Live(options, limits, now)] : [];
            return new(OutcomeOf(e.Failure), e.Message, live, ClockOf(options, null).Clock);
        }
    }

    private async Task<(HubSpotAnswer<DetailsReply>? Answer, string? Trouble)> DetailsAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await hubSpot.GetDetailsAsync(token, cancellationToken);
            return answer.Body.PortalId is null
                ? (null, "HubSpot's account details do not say whose they are.")
                : (answer, null);
        }
        catch (HubSpotException e) when (e.Failure == HubSpotFailure.MissingScope)
        {
            // Newer versions may want a scope of their own for details; usage can still be watched.
            return (null, e.Message);
        }
    }

    private static UsagePoll Translate(
        PortalOptions options, HubSpotAnswer<UsageReply> usage, DetailsReply? details, string? trouble, DateTimeOffset now)
    {
        var (clock, clockTrouble) = ClockOf(options, details);
        trouble ??= clockTrouble;
        if (usage.Body.PrivateApps is not { } row)
            return new(PollOutcome.Malformed, "HubSpot's usage answer has no row named private-apps-api-calls-daily.", [], clock);
        if (row.CollectedAt > now + ClockTolerance)
        {
            return new(
                PollOutcome.ClockWrong,
                $"HubSpot's figure was measured {Words.Duration(row.CollectedAt.Value - now)} after this machine's present time: set this machine's clock.",
                [],
                clock);
        }

        List<Reading> readings = [];
        if (Reported(options, row, now) is { } reported) readings.Add(reported);
        if (usage.Limits is { } limits) readings.Add(Live(options, limits, now));
        if (readings.Count == 0)
        {
            return new(
                PollOutcome.NoFigure, $"HubSpot has no usage figure now (fetch status {FetchStatus(row)}) and sends no daily headers.", [], clock);
        }
        return new(trouble is null ? PollOutcome.Good : PollOutcome.Partial, trouble, readings, clock);
    }

    /// <summary>The account's clock, by the settings or else by what HubSpot told; null: neither says.</summary>
    internal static (AccountClock? Clock, string? Trouble) ClockOf(PortalOptions options, DetailsReply? details)
    {
        if (options.TimeZone is { } set) return (AccountClock.Find(set), null);
        if (details?.TimeZone is not { } told)
            return (null, details is null ? null : "HubSpot did not tell the account's time zone: set Portals:…:TimeZone.");
        if (AccountClock.Find(told) is { } known) return (known, null);
        var offset = details.UtcOffsetMilliseconds is { } milliseconds and >= -LargestOffset and <= LargestOffset
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
        var fallback = AccountClock.Fixed(TimeSpan.FromMinutes(Math.Round(offset.TotalMinutes)));
        return (
            fallback,
            $"This machine does not know the account's time zone '{Flat(told)}': {fallback.Name} without daylight saving is used. Set Portals:…:TimeZone.");
    }

    // A figure that HubSpot could not fetch is no evidence: a gap, never a zero.
    private static Reading? Reported(PortalOptions options, UsageRow row, DateTimeOffset now) =>
        row is { CurrentUsage: >= 0 and { } used, CollectedAt: { } collectedAt, FetchStatus: "SUCCESS" or "CACHED" } && IsNear(collectedAt, now)
            ? new Reading
            {
                Portal = options.Id,
                Metric = Metric.UsageReported,
                At = collectedAt.ToUniversalTime(),
                Value = used,
                Quality = row.FetchStatus == "CACHED" ? ReadingQuality.Cached : ReadingQuality.Measured,
                Limit = row.UsageLimit > 0 ? row.UsageLimit : null,
                ResetsAt = row.ResetsAt is { } resetsAt && IsNear(resetsAt, now) ? resetsAt.ToUniversalTime() : null,
            }
            : null;

    /// <summary>A daily counter knows no time further away; the store would refuse some that are.</summary>
    private static bool IsNear(DateTimeOffset at, DateTimeOffset now) => (at - now).Duration() < TimeSpan.FromDays(2);

    private static Reading Live(PortalOptions options, RateLimits limits, DateTimeOffset now) => new()
    {
        Portal = options.Id,
        Metric = Metric.UsageLive,
        At = now,
        Value = limits.UsedToday,
        Limit = limits.Daily,
    };

    private static string FetchStatus(UsageRow row) => row.FetchStatus is { Length: > 0 and < 20 } status ? Flat(status) : "missing";

    private static string Flat(string text) => string.Concat(text.Where(letter => !char.IsControl(letter)).Take(60));

    internal static PollOutcome OutcomeOf(HubSpotFailure failure) => failure switch
    {
        HubSpotFailure.DeadToken => PollOutcome.DeadToken,
        HubSpotFailure.NotConnected => PollOutcome.NotConnected,
        HubSpotFailure.WrongApp => PollOutcome.WrongApp,
        HubSpotFailure.MissingScope => PollOutcome.MissingScope,
        HubSpotFailure.DailyLimit => PollOutcome.LimitReached,
        HubSpotFailure.TooFast => PollOutcome.TooFast,
        HubSpotFailure.SecretsAway => PollOutcome.SecretsAway,
        HubSpotFailure.Passing => PollOutcome.Unreachable,
        HubSpotFailure.Malformed or HubSpotFailure.Refused => PollOutcome.Malformed,
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
