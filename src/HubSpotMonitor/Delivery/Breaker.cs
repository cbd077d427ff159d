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

    /// <summary>Whether a message may be sent now: always while the channel works, one at a time as a probe while it does not.</summary>
    public static bool LetsThrough(ChannelState state, DateTimeOffset now) => state.OpenSince is null || now >= state.ProbeAt;

    /// <summary>Down for so long that what waits goes to the fallback channel too.</summary>
    public static bool IsDown(ChannelState state, DateTimeOffset now) => state.OpenSince is { } since && now - since > Patience;

    /// <summary>The other side answered: it took the message, or refused this one for good.</summary>
    public static ChannelState AfterAnswer(ChannelState state) => new() { Channel = state.Channel, TakenAt = state.TakenAt };

    /// <summary>It could not be reached, or asked to be left alone.</summary>
    public static ChannelState AfterFailure(ChannelState state, string error, DateTimeOffset now)
    {
        var failures = state.Failures + 1;
        var failed = state with { Failures = failures, LastError = error };
        return failures < OpensAfter ? failed : failed with { OpenSince = state.OpenSince ?? now, ProbeAt = now + ProbeEvery };
    }
}
