using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.HubSpot;

/// <summary>Section <c>HubSpot</c>.</summary>
public sealed class HubSpotOptions
{
    /// <summary>All regions answer here (developers.hubspot.com names no other root for the API).</summary>
    public Uri BaseUrl { get; set; } = new("https://api.hubapi.com");

    /// <summary>The dated version in every path; HubSpot supports one for 18 months after its release.</summary>
    public string ApiVersion { get; set; } = "2026-09";

    /// <summary>How long one answer may take. HubSpot answers in well under a second; longer is trouble on the way.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

internal sealed partial class HubSpotOptionsValidator : IValidateOptions<HubSpotOptions>
{
    public ValidateOptionsResult Validate(string? name, HubSpotOptions options)
    {
        List<string> wrong = [];
        if (!options.BaseUrl.IsAbsoluteUri || (options.BaseUrl.Scheme != Uri.UriSchemeHttps && !options.BaseUrl.IsLoopback))
            wrong.Add($"HubSpot:BaseUrl is '{options.BaseUrl.Shown()}': the token travels there, so it must be an https address (http only on this machine).");
        if (!Version().IsMatch(options.ApiVersion))
            wrong.Add($"HubSpot:ApiVersion is '{options.ApiVersion}': write a version as HubSpot does, for example 2026-09.");
        if (options.Timeout < TimeSpan.FromSeconds(1) || options.Timeout > TimeSpan.FromMinutes(1))
            wrong.Add($"HubSpot:Timeout is {options.Timeout}: choose between 00:00:01 and 00:01:00.");
        return wrong.ToResult();
    }

    [GeneratedRegex(@"^(v\d|\d{4}-\d{2}(-beta)?)\z")]
    private static partial Regex Version();
}
