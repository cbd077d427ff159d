using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus;

internal sealed partial class BusOptionsValidator : IValidateOptions<BusOptions>
{
    public ValidateOptionsResult Validate(string? name, BusOptions options)
    {
        if (!options.IsOn) return ValidateOptionsResult.Success;
        return Wrong(options).ToResult();
    }

    private static IEnumerable<string> Wrong(BusOptions options)
    {
        if (options.ConnectionString.Length > 0 && options.Namespace.Length > 0)
            yield return "Bus: set either Bus__ConnectionString (a key) or Bus__Namespace (the monitor's identity), not both.";
        else if (options.Namespace.Length > 0 && !HostName().IsMatch(options.Namespace))
            yield return $"Bus:Namespace is '{options.Namespace}': write the host's name alone, for example my-bus.servicebus.windows.net.";
        else if (options.ConnectionString.Length > 0 && WrongString(options) is { } sentence)
            yield return sentence;
        if (options.Namespace.Length > 0 && !options.IsServiceBus)
            yield return "Bus:Broker is Plain, which knows no identity: set Bus__ConnectionString with user and password.";
        if (options.Polls.Length == 0) yield return "Bus:Polls is empty: name the queue, for example polls.";
        if (options.PollsAbove < 1) yield return $"Bus:PollsAbove is {options.PollsAbove}, but must be at least 1.";
        if (options.Topic.Length == 0) yield return "Bus:Topic is empty: name the topic, for example alerts.";
        foreach (var (setting, path) in new[] { ("Subscription", options.Subscription), ("DeadLetters", options.DeadLetters) })
        {
            if (!path.Contains(BusOptions.Channel, StringComparison.Ordinal))
                yield return $"Bus:{setting} is '{path}': it needs {BusOptions.Channel} where the channel's name stands, for example alerts/Subscriptions/{BusOptions.Channel}.";
        }
        if (options.Transport == BusTransport.AmqpWebSockets && options.WebSocketProtocol.Length == 0)
            yield return "Bus:WebSocketProtocol is empty: Azure's is AMQPWSB10, other brokers' is amqp.";
    }

    // Never with the string itself, since the key is in it.
    private static string? WrongString(BusOptions options)
    {
        var (parsed, wrong) = ServiceBusConnectionString.Parse(options.ConnectionString);
        if (parsed is null) return $"Bus:ConnectionString {wrong}";
        return parsed.EntityPath is { } entity && entity != options.Topic
            ? $"Bus:ConnectionString is the one of '{entity}' alone (EntityPath), but Bus:Topic is '{options.Topic}': use one that may also receive, of the namespace."
            : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex HostName();
}
