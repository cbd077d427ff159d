using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Routing;

/// <summary>What a channel had to carry of late.</summary>
/// <param name="LastHour">Messages in the last hour, critical ones and digests not counted.</param>
public sealed record ChannelTraffic(int LastHour);

/// <summary>All that a routing decision rests on, beside the alerts themselves.</summary>
public sealed record Situation
{
    public required DateTimeOffset Now { get; init; }

    public required AlertingOptions Options { get; init; }

    /// <summary>The names of all channels that are on.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>The accounts that are watched.</summary>
    public IReadOnlyList<long> Portals { get; init; } = [];

    public IReadOnlyList<Silence> Silences { get; init; } = [];

    public IReadOnlyList<MaintenanceWindow> Windows { get; init; } = [];

    /// <summary>The monitor's own incidents: one of them may tell what accounts have in common.</summary>
    public IReadOnlyList<Alert> OfMonitor { get; init; } = [];

    /// <summary>By channel; absent: nothing of late.</summary>
    public IReadOnlyDictionary<string, ChannelTraffic> Traffic { get; init; } = new Dictionary<string, ChannelTraffic>();

    /// <summary>The situation of the portal that comes next: what was routed now counts towards its channels' hour.</summary>
    public Situation After(IEnumerable<Parcel> routed)
    {
        var traffic = Traffic.ToDictionary();
        foreach (var (channel, message) in routed.SelectMany(parcel => parcel.Channels.Select(channel => (channel, parcel.Message))))
        {
            var before = traffic.GetValueOrDefault(channel) ?? new(0);
            traffic[channel] = new(before.LastHour + (Counts(message) ? 1 : 0));
        }
        return this with { Traffic = traffic };
    }

    /// <summary>Whether a message counts towards the hour's cap.</summary>
    public static bool Counts(AlertMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message is { Severity: < Severity.Critical, Transition: not Transition.Digest };
    }

    /// <summary>Makes the links of a message.</summary>
    public Func<AlertMessage, IReadOnlyList<ActionLink>> Sign { get; init; } = _ => [];
}

/// <summary>What becomes of one message, and why.</summary>
/// <param name="Verdict">Send, hold or mute.</param>
/// <param name="Reason">In a sentence, for the page and for the message itself.</param>
/// <param name="MayJoin">Held or muted on its own, it is told with another that is sent now.</param>
public sealed record RoutingDecision(Verdict Verdict, string Reason, bool MayJoin = false);
