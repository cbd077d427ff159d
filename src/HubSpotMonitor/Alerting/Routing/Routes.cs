using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Routing;

/// <summary>Which channels hear of what. Pure.</summary>
public static class Routes
{
    /// <summary>The channels of an alert, in the order of the settings.</summary>
    /// <param name="portal">The account; 0 is the monitor itself.</param>
    /// <param name="severity">How bad it is.</param>
    /// <param name="escalated">Whether nobody took it in time: then all channels hear of it.</param>
    /// <param name="situation">Settings and channels.</param>
    public static IReadOnlyList<string> Of(long portal, Severity severity, bool escalated, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var (options, all) = (situation.Options, situation.Channels);
        if (escalated) return all;
        var usual = all.Except(options.Escalation).ToList();
        // Told to nobody would be worse than told to the wrong one.
        if (usual.Count == 0) return all;
        var named = options.Routes
            .Where(route => (route.Portal is null || route.Portal == portal) && severity >= route.MinSeverity)
            .SelectMany(route => route.Channels)
            .ToHashSet();
        return named.Count == 0 ? usual : [.. all.Where(named.Contains)];
    }

    /// <summary>
    /// The channels of what most accounts have in common: all that hear of the
    /// monitor or of one of the accounts, since those are not told one by one.
    /// </summary>
    public static IReadOnlyList<string> OfOutage(Severity severity, bool escalated, Situation situation)
    {
        ArgumentNullException.ThrowIfNull(situation);
        var heard = situation.Portals.Append(Portal.Monitor.Id).SelectMany(portal => Of(portal, severity, escalated, situation)).ToHashSet();
        return [.. situation.Channels.Where(heard.Contains)];
    }

    /// <summary>The channels of a portal's digest: all that hear of the portal, whatever the severity.</summary>
    public static IReadOnlyList<string> OfDigest(long portal, Situation situation) => Of(portal, Severity.Critical, escalated: false, situation);

    /// <summary>What a severity means for when and where, in a sentence.</summary>
    public static string Meaning(Severity severity) => severity switch
    {
        Severity.Critical => "Critical is told at once, and again to more people when nobody acknowledges it.",
        Severity.High => "High is told at once.",
        Severity.Medium => "Medium is told with others at the full hour.",
        _ => $"{severity} is told in the digest only.",
    };
}
