using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// Decides whether a channel that fails is left alone for a while (a circuit breaker). Pure, and its state lies in a table: the process may be
/// another one each minute, so a breaker in memory would never open.
/// </summary>
internal static class Breaker
{
    /// <summary>One bad message or a restart of the other side fails less often in a row.</summary>
    public const int OpensAfter = 5;

    /// <summary>People who wait for a channel learn of the trouble elsewhere after this.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMinutes(2);

    /// <summary>Five wrong passwords within ten minutes lock many an account, or shut its owner out.</summary>
    private static readonly TimeSpan ProbeRefusedEvery = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether a message may be sent now: always while the channel works, one at a time as a probe while it does not. A probe that is due later than
    /// any is put off was dated by a clock that was ahead.
    /// </summary>
    public static bool LetsThrough(ChannelState state, DateTimeOffset now) =>
        state.OpenSince is null || now >= state.ProbeAt || state.ProbeAt - now > ProbeRefusedEvery;

    /// <summary>
    /// Down for so long that what waits goes to the fallback channel too; what is refused does not pass by itself, so nobody waits.
    /// </summary>
    public static bool IsDown(ChannelState state, DateTimeOffset now) => state.OpenSince is { } since && (state.IsRefused || now - since > Patience);

    /// <summary>The other side answered: it took the message, or refused this one for good.</summary>
    public static ChannelState AfterAnswer(ChannelState state, DateTimeOffset now) =>
        new() { Channel = state.Channel, TakenAt = state.TakenAt, WorksSince = state.OpenSince is null ? state.WorksSince : now };

    /// <summary>
    /// It could not be reached, asked to be left alone, or takes nothing until it is mended: the last needs no second try to be believed.
    /// </summary>
    public static ChannelState AfterFailure(ChannelState state, DeliveryException failure, DateTimeOffset now)
    {
        var failed = state with { Failures = state.Failures + 1, LastError = failure.Message, IsRefused = failure.IsOfChannel };
        if (failed is { Failures: < OpensAfter, IsRefused: false, OpenSince: null }) return failed;
        return failed with
        {
            OpenSince = state.OpenSince < now ? state.OpenSince : now,
            ProbeAt = now + (failure.IsOfChannel ? ProbeRefusedEvery : ProbeEvery),
        };
    }
}
