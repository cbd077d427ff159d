using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>Judges whether a channel still brings people what they must hear of. Its alert goes out by the other channels.</summary>
public static class FailingDelivery
{
    public const string Rule = RuleIds.DeliveryFailing;

    public static Assessment Assess(ChannelHealth health, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(health);
        var channel = health.State.Channel;
        if (health.GivenUp == 0 && !Breaker.IsDown(health.State, now))
            return health.State.OpenSince is null ? Assessment.Clear(Rule, channel) : Assessment.Undecided(Rule, channel);

        var since = health.State.OpenSince ?? now;
        var lost = $"{Words.Count(health.GivenUp)} {(health.GivenUp == 1 ? "message" : "messages")}";
        return Assessment.Firing(new Finding
        {
            Rule = Rule,
            Subject = channel,
            Severity = Severity.High,
            Headline = health.State.OpenSince is null ? $"{lost} could not be delivered by {channel}" : $"Messages do not arrive by {channel}",
            Summary = Summary(health),
            Since = since,
            Expected = "Every message taken by the channel",
            Seen = health.GivenUp > 0 ? $"{lost} given up within a day"
                : health.State.IsRefused ? "Every message refused"
                : $"Nothing taken for {Words.Duration(now - since)}",
            Confidence = "Certain: the channel's own answers",
            LikelyCause = health.State.LastError ?? health.Because,
            Steps =
            [
                "Do what the likely cause above says; a refusal names the setting.",
                $"Press \"Send a test\" on the page Health, or POST /api/test-alert with {{\"channels\":[\"{channel}\"]}}.",
                "Read on the page what was to be sent meanwhile; set Delivery:Fallback, so that another channel takes over.",
            ],
        });
    }

    private static string Summary(ChannelHealth health) => health.State switch
    {
        { OpenSince: null } =>
            "The channel refused messages for good, or did not take them in days. They are on the page and went to the fallback channel, if there is one.",
        { IsRefused: true } =>
            "The channel refuses whatever it is sent, and is only probed now. What waits is sent when that is mended, within two days, and goes to the fallback channel meanwhile, if there is one.",
        _ => "The channel has not taken any message for a while and is only probed now. What waits is sent when it works again, and goes to the fallback channel meanwhile, if there is one.",
    };
}
