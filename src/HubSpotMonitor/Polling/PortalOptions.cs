using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Polling;

/// <summary>Section <c>Portals</c>: the accounts to watch.</summary>
public sealed class PortalsOptions
{
    public IList<PortalOptions> Portals { get; } = [];
}

/// <summary>One account to watch: <c>Portals:0</c> and so on.</summary>
public sealed class PortalOptions
{
    /// <summary>The account's number, as HubSpot shows it beside the account's name.</summary>
    public long Id { get; set; }

    /// <summary>What people call the account; it stands in every alert.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// A service key's, project app's or legacy private app's token. From Key Vault or user secrets, never from a file in git. Where the
    /// monitor connects by OAuth (section <c>Connect</c>) it may be left out; where both are there, it is this that is used.
    /// </summary>
    public string Token { get; set; } = "";

    /// <summary>IANA zone of the account's clock; only needed where HubSpot does not tell it.</summary>
    public string? TimeZone { get; set; }

    /// <summary>How much must stand out before an alert is raised.</summary>
    public Sensitivity Sensitivity { get; set; } = Sensitivity.Usual;

    /// <summary>What happened before is not learned, for instance because the account was moved or an incident lasted for weeks.</summary>
    public DateTimeOffset? IgnoreBefore { get; set; }

    /// <summary>
    /// What <see cref="Sensitivity"/> multiplies the detector's thresholds with: a quarter up or a fifth down is felt and stays sane.
    /// </summary>
    internal double Strictness => Sensitivity switch
    {
        Sensitivity.Low => 1.25,
        Sensitivity.High => 0.8,
        _ => 1,
    };

    /// <summary>Whether a token stands in the settings; if not, the account is connected by OAuth.</summary>
    public bool HasToken => !string.IsNullOrWhiteSpace(Token);

    public Portal Portal => new(Id, string.IsNullOrWhiteSpace(Name) ? $"Portal {Id}" : Name);
}

/// <summary>Values of <see cref="PortalOptions.Sensitivity"/>.</summary>
public enum Sensitivity
{
    Usual,

    /// <summary>Fewer alerts; quieter incidents are missed or told later.</summary>
    Low,

    /// <summary>More alerts, more of them false.</summary>
    High,
}

internal sealed class PortalsOptionsValidator : IValidateOptions<PortalsOptions>
{
    public ValidateOptionsResult Validate(string? name, PortalsOptions options)
    {
        if (options.Portals.Count == 0)
            return ValidateOptionsResult.Fail("Portals: no account is configured. Set Portals__0__Id and Portals__0__Token.");
        var wrong = options.Portals.SelectMany(Wrong).ToList();
        var twice = options.Portals.GroupBy(portal => portal.Id).Where(same => same.Count() > 1);
        wrong.AddRange(twice.Select(same => $"Portals: the account {same.Key} is configured twice."));
        return wrong.ToResult();
    }

    private static IEnumerable<string> Wrong(PortalOptions portal, int index)
    {
        if (portal.Id <= 0) yield return $"Portals:{index}:Id is {portal.Id}: set the account's number, as HubSpot shows it.";
        if (portal.Name.Length > 100) yield return $"Portals:{index}:Name has {portal.Name.Length} letters: 100 are enough for a title.";
        if (portal.HasToken && !portal.Token.IsPlain())
            yield return $"Portals:{index}:Token holds a blank, a line break or another letter that no token has.";
        if (portal.TimeZone is { } zone && AccountClock.Find(zone) is null)
            yield return $"Portals:{index}:TimeZone is '{zone}', which this machine does not know: write an IANA name such as Europe/Berlin.";
    }
}
