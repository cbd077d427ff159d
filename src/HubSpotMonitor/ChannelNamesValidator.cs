using HubSpotMonitor.Alerting;
using HubSpotMonitor.Delivery;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>Holds the channels that routes name against those that are on: a misspelt one would be silent for ever.</summary>
internal sealed class ChannelNamesValidator(IEnumerable<IChannel> channels) : IValidateOptions<AlertingOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertingOptions options)
    {
        var known = channels.Select(channel => channel.Name).Order(StringComparer.Ordinal).ToList();
        var named = options.Routes
            .SelectMany((route, index) => route.Channels.Select(channel => (Setting: $"Alerting:Routes:{index}:Channels", Channel: channel)))
            .Concat(options.Escalation.Select(channel => (Setting: "Alerting:Escalation", Channel: channel)));
        return named
            .Where(entry => entry.Channel.Length > 0 && !known.Contains(entry.Channel))
            .Select(entry => $"{entry.Setting} names '{entry.Channel}', but the channels that are set up are: {(known.Count == 0 ? "none" : string.Join(", ", known))}.")
            .ToResult();
    }
}
