using System.Text;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Delivery.Slack;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Delivery.Webhook;
using HubSpotMonitor.Store;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>How the bus is reached, and what it brings.</summary>
internal static class BusTargets
{
    /// <summary>
    /// Parts or a sentence; the key is in neither the sentence nor the log's form; written again it is the same; no plain text to far away.
    /// </summary>
    public static FuzzTarget ConnectionString() => new("bus-connection-string", input =>
    {
        var (parsed, wrong) = ServiceBusConnectionString.Parse(Encoding.UTF8.GetString(input));
        ThrowUnless((parsed is null) != (wrong is null), "It is neither read nor wrong.");
        if (parsed is null)
        {
            ThrowUnless(wrong!.EndsWith('.') && !wrong.Contains(Key, StringComparison.Ordinal), "The sentence holds the key.");
            return wrong[..20];
        }
        ThrowUnless(
            parsed.Host.Length > 0 && parsed.Port is null or (> 0 and <= 65535) && parsed.KeyName.Length > 0 && parsed.Key.Length > 0,
            "A part is missing.");
        ThrowUnless(
            !parsed.ToString().Contains(Key, StringComparison.Ordinal)
                || parsed.KeyName.Contains(Key, StringComparison.Ordinal)
                || parsed.Host.Contains(Key, StringComparison.OrdinalIgnoreCase),
            "The log's form holds the key.");
        var again = ServiceBusConnectionString.Parse(Printed(parsed)).Parsed;
        ThrowUnless(again == parsed, $"Written again it is {again} and not {parsed}.");
        return $"{parsed.IsTls} {parsed.Port is null} {parsed.EntityPath is null}";
    })
    {
        Words = WebhookTargets.Words(
            ";", "=", "Endpoint=", "sb://", "amqp://", "amqps://", "localhost", "[::1]", ":5672", ":0", ":99999", "/", "?", "#", "@",
            "SharedAccessKeyName=", "SharedAccessKey=", "SharedAccessSignature=", "EntityPath=", "UseDevelopmentEmulator=true",
            "UseDevelopmentEmulator=false", "x.servicebus.windows.net", "10.0.0.1", "8.8.8.8", "\0", " ", "\n", "é", "xn--", "%41"),
    };

    /// <summary>
    /// An envelope or a sentence; written again it is the same; whatever is read can be written down, and be told by every channel.
    /// </summary>
    public static FuzzTarget Message() => new("bus-message", input =>
    {
        var (envelope, why) = AlertEnvelope.Read(input);
        ThrowUnless((envelope is null) != (why is null), "It is neither read nor refused.");
        if (envelope is null)
        {
            ThrowUnless(why!.EndsWith('.'), "The reason is no sentence.");
            return why;
        }
        var written = envelope.ToUtf8();
        ThrowUnless(
            AlertEnvelope.Read(written).Envelope is { } again && again.ToUtf8().AsSpan().SequenceEqual(written),
            "Written again it is another.");
        var message = Masking.Apply(envelope.Message, new DeliveryOptions { MaskAddresses = true, MaskMail = true });
        _ = Keys.Checked(Keys.Delivery(message));
        foreach (var channel in envelope.Channels) ThrowUnless(channel is not null, "A channel is null.");
        var mail = Letter.Of(message, "example.com", "Delivery:Email:To");
        ThrowUnless(!mail.Subject.Any(char.IsControl), "The subject has more than a line.");
        var sizes = (mail.Html.Length, AlertCard.Render(message).Length, SlackMessage.Render(message).Length, OcsfFinding.Render(message).Length);
        ThrowUnless(sizes.Item2 < 100_000, "The card is too large.");
        return $"{message.Transition} {message.Severity} {message.Chart.Count > 0} {message.Story.Count} {message.Actions.Count} {message.Sections.Count} {message.Finding.Explanation is null}";
    });

    // In every example; spoilt it may be another, and is then not looked for.
    private const string Key = "S3cr3tK3yOfTheBus";

    private static string Printed(ServiceBusConnectionString parsed)
    {
        var host = parsed.Host.Contains(':', StringComparison.Ordinal) ? $"[{parsed.Host}]" : parsed.Host;
        var port = parsed.Port is { } number ? $":{number}" : "";
        var entity = parsed.EntityPath is { } path ? $";EntityPath={path}" : "";
        return $"Endpoint={(parsed.IsTls ? "amqps" : "amqp")}://{host}{port};SharedAccessKeyName={parsed.KeyName};SharedAccessKey={parsed.Key}{entity}";
    }
}
