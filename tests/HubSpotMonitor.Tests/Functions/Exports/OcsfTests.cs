using System.Text.Json;
using HubSpotMonitor.Functions.Exports;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions.Exports;

public sealed class OcsfTests
{
    private static readonly Portal Acme = new(4711, "Acme");

    // Every type that the monitor knows by name, and some that it does not.
    private static readonly string[] SecurityTypes =
    [
        .. JsonSerializer.Deserialize<string[]>(
            File.ReadAllText(Path.Combine(Repository.Root, "src", "HubSpotMonitor", "Posture", "Data", "activity-types.json")))!,
        "NOT_KNOWN_TO_ANYBODY", "", "|=\\\n",
    ];

    public static TheoryData<ActivityFeed, string> Types =>
    [
        .. SecurityTypes.Select(type => (ActivityFeed.Security, type)),
        (ActivityFeed.Login, ActivityEvent.LoginSucceeded),
        (ActivityFeed.Login, ActivityEvent.LoginFailed),
        (ActivityFeed.Audit, "CRM_OBJECT/CONTACT/DELETE"),
        (ActivityFeed.Audit, "INSTALL_INTEGRATION"),
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_event_is_of_its_class_however_little_HubSpot_told(ActivityFeed feed, string type)
    {
        var bare = new ActivityEvent { Portal = Acme.Id, Feed = feed, Id = "1", At = Samples.Noon, Type = type };
        ActivityEvent[] events =
        [
            bare,
            bare with { UserId = 7 },
            bare with { Country = "de" },
            bare with
            {
                UserId = 7,
                User = "ada@example.com",
                ObjectId = "99",
                IpAddress = "192.0.2.7",
                Country = "de",
                Region = "by",
                Location = "Munich",
                UserAgent = "curl",
            },
        ];

        foreach (var item in events) OcsfSchema.Wrong(OcsfActivity.Render(item, Acme)).ShouldBeEmpty($"{item}");
    }

    [Theory]
    [InlineData("ADD_ADMIN_USER", 3001, 7)]
    [InlineData("REMOVE_TWO_FACTOR_AUTHENTICATION", 3001, 11)]
    [InlineData("SERVICE_KEY_REVEAL", 3004, 2)]
    [InlineData("ADD_USER", 3001, 1)]
    [InlineData("REACTIVATE_USER", 3001, 2)]
    [InlineData("CHANGE_PASSWORD", 3001, 3)]
    [InlineData("MANUAL_PASSWORD_RESET_EMAIL_SEND", 3001, 4)]
    [InlineData("DEACTIVATE_USER", 3001, 5)]
    [InlineData("REMOVE_USER", 3001, 6)]
    [InlineData("PRIVATE_APP_ACCESS_TOKEN_CREATE", 3004, 1)]
    [InlineData("PRIVATE_APP_CLIENT_SECRET_WRITE", 3004, 3)]
    [InlineData("SERVICE_KEY_ROTATION_SCHEDULE_REMOVED", 3004, 3)]
    [InlineData("SMTP_TOKEN_PASSWORD_RESET", 3004, 3)]
    [InlineData("SMTP_TOKEN_RETRIEVED", 3004, 2)]
    [InlineData("SERVICE_KEY_ROTATE", 3004, 3)]
    [InlineData("IP_RESTRICTIONS_DISABLED", 3004, 9)]
    [InlineData("INSTALL_INTEGRATION", 6002, 1)]
    [InlineData("CONTACT_DATA_EXPORT", 6003, 2)]
    [InlineData("NOT_KNOWN_TO_ANYBODY", 6003, 99)]
    public void An_event_gets_the_class_and_activity_that_it_means(string type, int kind, int activity)
    {
        var line = OcsfActivity.Render(
            new ActivityEvent { Portal = Acme.Id, Feed = ActivityFeed.Security, Id = "1", At = Samples.Noon, Type = type }, Acme);

        ((int)line["class_uid"]!, (int)line["activity_id"]!).ShouldBe((kind, activity));
    }

    [Theory]
    [InlineData(ActivityEvent.LoginSucceeded, 1)]
    [InlineData(ActivityEvent.LoginFailed, 2)]
    public void A_login_is_an_authentication_and_says_how_it_ended(string type, int status)
    {
        var login = new ActivityEvent
        {
            Portal = Acme.Id,
            Feed = ActivityFeed.Login,
            Id = "1",
            At = Samples.Noon,
            Type = type,
            User = "ada@example.com",
        };

        var line = OcsfActivity.Render(login, Acme);

        ((int)line["class_uid"]!, (int)line["activity_id"]!, (int)line["status_id"]!, (string?)line["user"]!["email_addr"])
            .ShouldBe((3002, 1, status, "ada@example.com"));
    }

    [Fact]
    public void Every_alert_and_every_verdict_of_a_rule_is_of_its_class()
    {
        foreach (var severity in Enum.GetValues<Severity>())
        {
            var finding = ExportSamples.Finding with { Severity = severity };
            Alert[] alerts =
            [
                ExportSamples.Alert(finding),
                ExportSamples.Alert(finding) with { State = AlertState.Resolved, ResolvedAt = Samples.Noon },
                ExportSamples.Alert(finding) with { AcknowledgedAt = Samples.Noon, Transitions = 3 },
                ExportSamples.Alert(finding) with { ExpectedAt = Samples.Noon },
            ];
            foreach (var alert in alerts) OcsfSchema.Wrong(OcsfFindings.Render(alert)).ShouldBeEmpty();
            foreach (var outcome in Enum.GetValues<RuleOutcome>())
            {
                var result = new RuleResult("key-too-old", outcome, "Because.", outcome == RuleOutcome.Fail ? [finding] : []);
                OcsfFindings.Render(result, Acme, Samples.Noon).ShouldHaveSingleItem();
                foreach (var line in OcsfFindings.Render(result, Acme, Samples.Noon)) OcsfSchema.Wrong(line).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public void The_check_sees_what_is_wrong()
    {
        var line = OcsfActivity.Render(
            new ActivityEvent { Portal = Acme.Id, Feed = ActivityFeed.Login, Id = "1", At = Samples.Noon, Type = ActivityEvent.LoginFailed }, Acme);
        line.Remove("user");
        line["status_id"] = 7;
        line["colour"] = "red";
        line["type_uid"] = 1;

        OcsfSchema.Wrong(line).ShouldBe(["user is missing", "colour is not known", "status_id is 7", "type_uid"]);
    }
}
