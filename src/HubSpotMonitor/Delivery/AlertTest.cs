using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>What became of a test message on one channel.</summary>
public sealed record TestAnswer(string Channel, DeliveryState State, string Says);

/// <summary>
/// A message that only says that messages arrive: written down and sent as every delivery is, by whoever was asked for it. Over the bus it does not
/// go, so that it says nothing of topic, subscriptions and those who listen to them; how that way is seen to work stands in docs/deploy.md.
/// </summary>
public sealed class AlertTest(DeliveryDesk desk)
{
    public const string Rule = AlertMessage.TestRule;

    /// <param name="channels">The channels to try; empty: all.</param>
    /// <param name="severity">As what it appears.</param>
    /// <param name="page">Where its links lead.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it; what was written down is sent later.</param>
    public async Task<IReadOnlyList<TestAnswer>> SendAsync(
        IReadOnlyList<string> channels, Severity severity, Uri page, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channels);
        List<string> names = [.. desk.Channels.Where(name => channels.Count == 0 || channels.Contains(name, StringComparer.OrdinalIgnoreCase))];
        var closed = await desk.TryAsync(Message(severity, page, now), names, now, cancellationToken);
        return [.. closed.Select(delivery => new TestAnswer(delivery.Channel, delivery.State, Says(delivery)))];
    }

    /// <summary>The first name that is no channel's; null: all are.</summary>
    public string? FindUnknown(IEnumerable<string> channels) =>
        channels.FirstOrDefault(name => !desk.Channels.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static string Says(AlertDelivery delivery) => delivery.State switch
    {
        DeliveryState.Sent => "The other side took it: look whether it arrived.",
        _ when delivery.LastError is { } error => error,
        _ => "Not sent now: the channel was failing before and is left alone for some minutes. The test is sent with what waits.",
    };

    private static AlertMessage Message(Severity severity, Uri page, DateTimeOffset now) => new()
    {
        Id = $"test-{now.UtcTicks}",
        AlertId = $"test-{now.UtcTicks}",
        Transition = Transition.Opened,
        Severity = severity,
        Portal = Portal.Monitor,
        TimeZone = "UTC",
        UtcOffset = TimeSpan.Zero,
        Finding = new()
        {
            Rule = Rule,
            Subject = "channels",
            Severity = severity,
            Headline = "TEST: this is how an alert arrives",
            Summary = "Somebody asked the monitor for a test. Nothing has happened in any HubSpot account.",
            Since = now,
            Expected = "This message, once",
            Seen = "This message",
            Confidence = "Certain: it is a test",
            Steps =
            [
                "Check that everybody who should read this has it.",
                "If it came late or in the wrong place, change the channel's settings.",
                "Then forget it: no alert is open.",
            ],
        },
        OpenedAt = now,
        At = now,
        Why = "Somebody asked for a test, on the page Health or by POST /api/test-alert.",
        Link = page,
        JsonLink = new Uri(page, "api/deliveries"),
    };
}
