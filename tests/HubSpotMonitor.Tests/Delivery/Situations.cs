using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Eight messages as they come in real life.</summary>
internal static class Situations
{
    private static readonly Uri Monitor = new("https://monitor.example.com/");

    private static readonly Dictionary<string, Func<AlertMessage>> Built = new()
    {
        ["theft-opened"] = TheftOpened,
        ["theft-escalated"] = () => TheftOpened() with
        {
            Id = "a1b2c3-2",
            Transition = Transition.Escalated,
            Severity = Severity.Critical,
            At = Messages.Opened().At.AddMinutes(15),
            Why = "Critical alerts go to every channel at once, and nobody has acknowledged this one for 15 min.",
        },
        ["theft-reminded"] = () => TheftOpened() with
        {
            Id = "a1b2c3-3",
            Transition = Transition.Reminded,
            Severity = Severity.Critical,
            At = Messages.Opened().At.AddHours(4),
            Why = "It is still open after the repeat interval of 4 h, and nobody has taken it.",
        },
        ["theft-resolved"] = () => Messages.Resolved() with
        {
            Id = "a1b2c3-4",
            Story = TheftOpened().Story,
            Why = "You were told when it opened.",
            Runbook = TheftOpened().Runbook,
        },
        ["silence"] = Silence,
        ["quota-forecast"] = QuotaForecast,
        ["mass-deletion"] = MassDeletion,
        ["digest"] = Digest,
    };

    public static IEnumerable<string> Names => Built.Keys;

    public static AlertMessage Get(string name)
    {
        var message = Built[name]();
        return message.Transition == Transition.Digest ? message : message with
        {
            Link = new(Monitor, $"pages/alerts/{message.AlertId}"),
            JsonLink = new(Monitor, $"api/alerts/{message.AlertId}"),
        };
    }

    private static AlertMessage TheftOpened() => Messages.Opened() with
    {
        Story =
        [
            new(
                new(2026, 11, 23, 23, 42, 0, TimeSpan.Zero),
                Severity.High,
                "Login from a country never seen",
                "anna.berg@acme.example logged in from 203.0.113.7 (Vietnam); her logins of 90 days were from Germany",
                "new-country-login"),
            new(
                new(2026, 11, 23, 23, 55, 0, TimeSpan.Zero),
                Severity.High,
                "Token of \"Nightly sync\" revealed",
                "anna.berg@acme.example looked at the token pat-eu1-…4f2a",
                "credential-revealed"),
            new(
                new(2026, 11, 24, 1, 20, 0, TimeSpan.Zero),
                Severity.Medium,
                "41 % of the daily limit used at 02:20",
                "At this pace the limit is reached at 05:40",
                "near-limit"),
        ],
        Actions = Actions("a1b2c3"),
        Why = "High alerts of Acme go to mail and Teams at once; four findings of one cause came in one message.",
        Runbook = new(Monitor, "runbooks/usage-spike"),
    };

    private static AlertMessage Silence() => Messages.Opened() with
    {
        Id = "51e9ce-1",
        AlertId = "51e9ce",
        Severity = Severity.High,
        Chart = [],
        Finding = Messages.Opened().Finding with
        {
            Rule = "webhook-silence",
            Subject = "webhooks",
            Severity = Severity.High,
            Headline = "No webhook for 3 h 25 min",
            Summary = "HubSpot pushes about 40 events an hour at this time of day; since 23:00 none has come, while the API still counts calls.",
            Since = new(2026, 11, 23, 22, 0, 0, TimeSpan.Zero),
            Expected = "An event within 25 min",
            Seen = "0 events where some 125 are usual",
            Confidence = "Sure: learned from 42 days",
            LimitUse = null,
            LikelyCause = "The app's webhook settings were changed, or HubSpot gave up after errors at our address.",
            Steps =
            [
                "Open the app's webhook page in HubSpot and look at its state.",
                "Compare the target URL with Webhooks:PublicUrl, letter for letter.",
                "Look for 401 answers under /api/intake: the client secret may have been rotated.",
            ],
            Evidence = [],
        },
        Actions = Actions("51e9ce"),
        Why = "High alerts of Acme go to mail and Teams at once.",
        Runbook = new(Monitor, "runbooks/webhook-silence"),
    };

    private static AlertMessage QuotaForecast() => Messages.Opened() with
    {
        Id = "90a7a0-1",
        AlertId = "90a7a0",
        Severity = Severity.Medium,
        Finding = Messages.Opened().Finding with
        {
            Rule = "near-limit",
            Subject = "usage",
            Severity = Severity.Medium,
            Headline = "Daily limit reached at about 16:40",
            Summary = "Private apps and service keys of the account have used 85 % of the day's calls; at the pace of the last hour the rest lasts until 16:40 (UTC+1), 7 h before the count starts anew.",
            Expected = "At most 60 % by now",
            Seen = "212,500 of 250,000 calls",
            Confidence = "Likely: between 15:55 and 17:50",
            LimitUse = "85 % of the daily limit",
            LikelyCause = "\"Nightly sync\" still runs, which usually ends at 06:00.",
            Steps =
            [
                "Pause what can wait: bulk exports and full syncs first.",
                "Ask the owner of \"Nightly sync\" why it still runs.",
                "If this is the new normal, buy the API limit increase.",
            ],
        },
        Actions = Actions("90a7a0"),
        Why = "Medium alerts of Acme are grouped hourly.",
        HeldBack = 2,
        Runbook = new(Monitor, "runbooks/near-limit"),
    };

    private static AlertMessage MassDeletion() => Messages.Opened() with
    {
        Id = "de1e7e-1",
        AlertId = "de1e7e",
        Severity = Severity.Critical,
        Chart = [],
        Finding = Messages.Opened().Finding with
        {
            Rule = "mass-change",
            Subject = "contact.deletion@INTEGRATION:998877",
            Severity = Severity.Critical,
            Headline = "1,840 contacts deleted by app 998877",
            Summary = "An app that deleted 3 contacts on its busiest day has deleted 1,840 within 6 minutes.",
            Expected = "At most 3 in 10 min",
            Seen = "1,840 in 6 min",
            Confidence = "Certain: signed events, each counted once",
            LimitUse = null,
            LikelyCause = "A clean-up script without its filter, or somebody who holds the app's token.",
            Steps =
            [
                "Rotate the app's token now: it stops the deletion.",
                "Restore the contacts from HubSpot's recycle bin (90 days).",
                "Ask who deployed the app last.",
            ],
            Evidence = ["e-20261124T0112-77", "e-20261124T0113-12"],
        },
        Actions = Actions("de1e7e"),
        Why = "Critical alerts go to every channel at once.",
        Runbook = new(Monitor, "runbooks/mass-change"),
    };

    private static AlertMessage Digest() => Messages.Opened() with
    {
        Id = "digest-123-20261123-1",
        AlertId = "digest-123-20261123",
        Transition = Transition.Digest,
        Severity = Severity.Info,
        Chart = [],
        Finding = Messages.Opened().Finding with
        {
            Rule = "digest",
            Subject = "day",
            Severity = Severity.Info,
            Headline = "Monday, 23 November: 1 alert, 2 keys due",
            Summary = "One alert, resolved after 1 h 35 min. The monitor was awake 99.9 % of the day.",
            Expected = null,
            Seen = null,
            Confidence = null,
            LimitUse = null,
            LikelyCause = null,
            Steps = [],
            Evidence = [],
        },
        Sections =
        [
            new("Alerts", ["1 High, resolved; the week before: 0", "Held back or only here: 3 Low"]),
            new("Usage", ["118,400 calls, 47 % of the limit; the Monday before: 112,900"]),
            new("Keys and their due dates",
            [
                "pat-eu1-…4f2a \"Nightly sync\", Anna Berg: 171 days old, due 3 December",
                "pat-eu1-…90be \"Forms\", no owner: 204 days old, overdue since 31 October",
            ]),
            new("What could not be checked", ["Audit log: the account's plan has none", "Users: the token lacks settings.users.read"]),
        ],
        Why = "The daily digest is set for Acme.",
        Link = new(Monitor, "pages/portals/123"),
        JsonLink = new(Monitor, "api/portals"),
    };

    private static ActionLink[] Actions(string alert) =>
    [
        new("Acknowledge", new(Monitor, $"alerts/{alert}/act?do=ack&t=signed-1")),
        new("Snooze 1 h", new(Monitor, $"alerts/{alert}/act?do=snooze&h=1&t=signed-2")),
        new("Snooze 8 h", new(Monitor, $"alerts/{alert}/act?do=snooze&h=8&t=signed-3")),
        new("Expected", new(Monitor, $"alerts/{alert}/act?do=expected&t=signed-4")),
    ];
}
