using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Alerting;

/// <summary>Section <c>Alerting</c>.</summary>
public sealed class AlertingOptions
{
    /// <summary>Where people reach the monitor's page; links in messages begin with it.</summary>
    public Uri DashboardUrl { get; set; } = new("http://127.0.0.1:7071/");

    /// <summary>How long a message waits for others of the same account: a theft is found by several rules within one run.</summary>
    public TimeSpan GroupWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long an open alert that nobody has taken is told again: twice in a working day.</summary>
    public TimeSpan RepeatInterval { get; set; } = TimeSpan.FromHours(4);

    /// <summary>After how long a critical alert that nobody has acknowledged is told to the channels of <see cref="Escalation"/> too.</summary>
    public TimeSpan EscalateAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Messages of one channel in an hour; more are read by nobody. Critical ones are exempt.</summary>
    public int MessagesPerHour { get; set; } = 20;

    /// <summary>Names of channels that hear of critical alerts nobody has acknowledged, and of nothing else.</summary>
    public IList<string> Escalation { get; } = [];

    /// <summary>Which channels hear of what; where no route fits, all do.</summary>
    public IList<RouteOptions> Routes { get; } = [];

    /// <summary>How often a summary is sent.</summary>
    public DigestRhythm Digest { get; set; } = DigestRhythm.Daily;

    /// <summary>The hour of the account's own clock at which it is sent; a weekly one on Mondays.</summary>
    public int DigestHour { get; set; } = 8;
}

/// <summary>A route: <c>Alerting:Routes:0</c> and so on. All that fit count.</summary>
public sealed class RouteOptions
{
    /// <summary>The account's number; 0 is the monitor itself. Empty: every account.</summary>
    public long? Portal { get; set; }

    /// <summary>What is less bad does not take this route.</summary>
    public Severity MinSeverity { get; set; } = Severity.Info;

    /// <summary>Names of channels, for example <c>email</c>.</summary>
    public IList<string> Channels { get; } = [];
}

/// <summary>Values of <see cref="AlertingOptions.Digest"/>.</summary>
public enum DigestRhythm
{
    Daily,
    Weekly,
    Off,
}

internal sealed class AlertingOptionsValidator : IValidateOptions<AlertingOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertingOptions options) =>
        Wrong(options).Concat(options.Routes.SelectMany(Wrong)).ToResult();

    private static IEnumerable<string> Wrong(AlertingOptions options)
    {
        var isPage = options.DashboardUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" } url
            && url.AbsoluteUri.EndsWith('/')
            && url.Query.Length == 0;
        if (!isPage)
        {
            yield return $"Alerting:DashboardUrl is '{options.DashboardUrl.Shown()}': write the page's whole address with a / at its end, for example https://monitor.example.com/.";
        }
        if (options.GroupWait < TimeSpan.Zero || options.GroupWait > TimeSpan.FromMinutes(10))
            yield return $"Alerting:GroupWait is {options.GroupWait}: choose between 00:00:00 and 00:10:00.";
        if (options.RepeatInterval < TimeSpan.FromMinutes(10) || options.RepeatInterval > TimeSpan.FromDays(7))
            yield return $"Alerting:RepeatInterval is {options.RepeatInterval}: choose between 00:10:00 and 7.00:00:00.";
        if (options.EscalateAfter < TimeSpan.FromMinutes(1) || options.EscalateAfter > TimeSpan.FromDays(1))
            yield return $"Alerting:EscalateAfter is {options.EscalateAfter}: choose between 00:01:00 and 1.00:00:00.";
        if (options.MessagesPerHour is < 1 or > 1000)
            yield return $"Alerting:MessagesPerHour is {options.MessagesPerHour}: choose between 1 and 1000.";
        if (options.DigestHour is < 0 or > 23) yield return $"Alerting:DigestHour is {options.DigestHour}: choose an hour from 0 to 23.";
    }

    private static IEnumerable<string> Wrong(RouteOptions route, int index)
    {
        if (route.Portal < 0)
            yield return $"Alerting:Routes:{index}:Portal is {route.Portal}: set an account's number, or leave it out for every account.";
        if (route.Channels.Count == 0)
            yield return $"Alerting:Routes:{index}:Channels is empty: name at least one channel, for example Alerting__Routes__{index}__Channels__0 = email.";
    }
}
