using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Alerting;

/// <summary>Section <c>Alerting</c>.</summary>
public sealed class AlertingOptions
{
    /// <summary>Where people reach the monitor's page; links in messages begin with it.</summary>
    public Uri DashboardUrl { get; set; } = new("http://127.0.0.1:7071/");
}

internal sealed class AlertingOptionsValidator : IValidateOptions<AlertingOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertingOptions options) =>
        options.DashboardUrl is { IsAbsoluteUri: true, Scheme: "http" or "https" } url && url.AbsoluteUri.EndsWith('/') && url.Query.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Alerting:DashboardUrl is '{options.DashboardUrl}': write the page's whole address with a / at its end, for example https://monitor.example.com/.");
}
