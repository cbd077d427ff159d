using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>Sheets of the rules that detectors of usage and webhooks judge: the same pages, another engine.</summary>
internal static class DetectorSheets
{
    public static IReadOnlyList<RuleSheet> All { get; } =
    [
        new()
        {
            Id = RuleIds.UsageSpike,
            Title = "API usage far above its own rhythm",
            Severity = Severity.Critical,
            Section = 5,
            Needs = [AccessSource.Usage],
            Helps = [AccessSource.SecurityActivity, AccessSource.LoginHistory],
            Sees = "Calls in five minutes to six hours, or at an hour at which there are none, are far above what the account's own past makes likely. High; Critical when a tenth of the daily limit is gone, or when a key was revealed, a scope changed or somebody logged in from a new country within a day before. An import or a sync from an hour before its beginning to half an hour after it lowers it by one step, unless it is Critical, and the alert says so.",
            Why = "Copying a CRM by a stolen key leaves one trace: the number of calls.",
            Steps =
            [
                "Look what else happened around it: the alert names it, and every app's log in HubSpot shows its calls.",
                "If no app owns up to the calls, rotate the keys that were revealed last, then the oldest.",
                "If one does and they are wanted, mark it as expected; a new job that comes every night wants a maintenance window (*Silences*), since bursts that were told are not learned.",
            ],
            BeSure = "The logs of the apps under Development in HubSpot add up to the spike, or they do not: then a key is used by somebody else.",
            FalseAlarms = "Bulk jobs nobody announced, migrations, a new integration's first days.",
            Good = "Usage keeps its rhythm.",
            Maps = "T1213.004",
        },
        new()
        {
            Id = RuleIds.UsageSlowDrain,
            Title = "A little more usage than usual, for long",
            Severity = Severity.Critical,
            Section = 5,
            Needs = [AccessSource.Usage],
            Sees = "Sums over half a day to three days lie above the learned week: High; the level has shifted: Medium. Critical when a key was revealed, a scope changed or somebody logged in from a new country within a day before.",
            Why = "Whoever knows about alarms takes little at a time. Only long sums see it.",
            Steps =
            [
                "Compare the night's calls before and after the day it began on: nights have few owners.",
                "List integrations that are new or changed since that day.",
                "Rotate the key of any that cannot explain its calls.",
            ],
            BeSure = "An app's log shows since when it calls more.",
            FalseAlarms = "A new integration or a larger team that is here to stay: the model learns it within some days.",
            Good = "No long sum lies above its past.",
            Maps = "T1213.004",
        },
        new()
        {
            Id = RuleIds.UsageSilence,
            Title = "API usage stops",
            Severity = Severity.Medium,
            Section = 5,
            Needs = [AccessSource.Usage],
            Sees = "Almost no calls at a time that never was without: Medium. Not while the day's limit is used up: HubSpot refuses all calls then, and usage-near-limit says so.",
            Why = "An integration that fails quietly loses orders and leads until somebody asks. A key that HubSpot deactivated after a leak looks the same.",
            Steps =
            [
                "Find the integration that usually calls at this hour, and read its error.",
                "Look whether its key was rotated or deactivated, and by whom.",
                "If HubSpot deactivated it as leaked: find the leak before you give it a new one.",
            ],
            BeSure = "The integration's own log says 401, or nothing at all.",
            FalseAlarms = "Holidays that the account has not seen before, planned maintenance.",
            Good = "Calls come when they use to.",
        },
        new()
        {
            Id = RuleIds.UsageNearLimit,
            Title = "Daily limit near",
            Severity = Severity.Critical,
            Section = 5,
            Needs = [AccessSource.Usage],
            Sees = "70 % of the daily limit used: Medium; 85 %, or twice in a row forecast to be reached before the account's midnight: High; 95 %: Critical.",
            Why = "The limit is shared by all private apps and service keys: one that runs away stops all the others.",
            Steps =
            [
                "Find the app that calls most in HubSpot's logs under Development.",
                "Pause or slow that job.",
                "If all of it is wanted, buy the API Limit Increase or spread the jobs.",
            ],
            BeSure = "HubSpot counts itself.",
            FalseAlarms = "A forecast from a burst that is just ending.",
            Good = "The limit is far.",
        },
        new()
        {
            Id = RuleIds.MonitorBlind,
            Title = "The monitor does not see",
            Severity = Severity.Critical,
            Section = 5,
            Needs = [AccessSource.Usage],
            Helps = [AccessSource.SecurityActivity, AccessSource.LoginHistory, AccessSource.Webhooks, AccessSource.WebhooksJournal],
            Sees = "Two polls in a row without a usable answer, a dead token, security activity (Critical) or a login history that was read and is refused twice, or fails for more than half an hour, webhooks that fell silent, signed webhook requests that could not be taken, or a webhooks journal that is not read to its end in time. Where most accounts cannot be polled for one reason that lies with none of them, it is told once.",
            Why = "Silence is only worth something while somebody listens.",
            Steps =
            [
                "Read the reason in the alert: token, scope, network or clock.",
                "If the token is dead and nobody rotated it, treat it as leaked.",
                "Mend it; the alert resolves at the next good poll.",
            ],
            BeSure = "The monitor's health page names the last good poll.",
            FalseAlarms = "Maintenance at HubSpot, a plan that was lowered.",
            Good = "Every poll was answered.",
        },
        new()
        {
            Id = RuleIds.MassChange,
            Title = "Mass change or deletion by an app",
            Severity = Severity.Critical,
            Section = 5,
            Needs = [AccessSource.Webhooks],
            Sees = "An app deletes or changes more records in ten minutes than three times its second busiest day of four weeks, and more than 100 deletions or 1,000 changes (these alone in its first week): High; deletions above ten times that: Critical. What comes more than four days after it happened is stored and counted, and neither judged nor learned from.",
            Why = "Ransom, revenge and scripts gone wrong look the same, and all of them want to be stopped within minutes.",
            Steps =
            [
                "Deactivate the app or its key: the alert names its number.",
                "Restore from HubSpot's recycle bin, which keeps deletions for 90 days.",
                "Find out whose script or hand it was.",
            ],
            BeSure = "The stored events name every record.",
            FalseAlarms = "Announced clean-ups and migrations.",
            Good = "No app changes more than it ever did.",
            Maps = "T1485, T1565",
        },
        new()
        {
            Id = RuleIds.WebhookSignatureFailures,
            Title = "Webhook requests with wrong signatures",
            Severity = Severity.High,
            Section = 5,
            Needs = [AccessSource.Webhooks],
            Sees = "Five or more requests with a wrong, missing or old signature, or with large bodies that came too slowly or too many at once, within ten minutes: High. One alert where others are accepted meanwhile (somebody forges), another where none is (the secret here is wrong).",
            Why = "Somebody tries to feed lies to whatever listens, or the secret here is no longer HubSpot's.",
            Steps =
            [
                "If good requests stopped at the same time: the secret was rotated, set the new one.",
                "If good ones go on: find the sender where something in front of the monitor keeps addresses (a proxy, a firewall), and block it there. Nothing of it was stored, so there is no hurry.",
                "Check that the address of the webhook is known to HubSpot alone.",
            ],
            BeSure = "Good and bad side by side on the events page.",
            FalseAlarms = "A proxy that changes bodies, a rotation under way.",
            Good = "Webhook requests are HubSpot's.",
            Maps = "T1190",
        },
        new()
        {
            Id = RuleIds.AppInstalled,
            Title = "New app, by the webhooks journal",
            Severity = Severity.Medium,
            Section = 4,
            Needs = [AccessSource.WebhooksJournal],
            Sees = "The webhooks journal tells of an app that was installed: Medium, for a day or until it is uninstalled. The rule app-connected tells the person who did it.",
            Why = "A connected app reads what its scopes allow, until somebody disconnects it.",
            Steps =
            [
                "Find the app under Settings > Integrations > Connected apps: who installed it, with which scopes?",
                "Ask that person, by another way than the account itself.",
                "If it was not meant: uninstall it, end the person's sessions, reset the password.",
            ],
            BeSure = "HubSpot's own journal is certain.",
            FalseAlarms = "An installation that somebody announced.",
            Good = "No app was installed.",
            Maps = "NHI3",
        },
        new()
        {
            Id = RuleIds.AppEventsSpike,
            Title = "An app writes far more than it usually does",
            Severity = Severity.High,
            Section = 5,
            Needs = [AccessSource.Webhooks],
            Sees = "The webhook events that an app causes, counted by the quarter of an hour, are far above the app's own weeks: High; a surplus that lasts half a day or longer: Medium. Nothing is said before two weeks are known.",
            Why = "HubSpot names the app behind every write. An app that suddenly writes ten times as much is a loop, or in other hands.",
            Steps =
            [
                "Ask the app's owner whether it does more than usual, and why.",
                "On the events page look at what it changed: the types, and since when.",
                "If nobody can say: rotate the app's token or uninstall it.",
            ],
            BeSure = "The events are HubSpot's own, each counted once.",
            FalseAlarms = "Bulk jobs and imports nobody announced.",
            Good = "Every app keeps its rhythm.",
            Maps = "T1565",
        },
        new()
        {
            Id = RuleIds.LoginsSpike,
            Title = "Far more logins than usual",
            Severity = Severity.High,
            Section = 5,
            Needs = [AccessSource.LoginHistory],
            Sees = "Attempts to log in, good and bad, counted by the hour, are far above the account's own weeks: High; a surplus that lasts half a day or longer: Medium. Nothing is said before two weeks are known.",
            Why = "Passwords that are tried slowly, and by many addresses, do not stand out anywhere but in the sum.",
            Steps =
            [
                "On the rules page look whether somebody's logins failed in numbers, or came from a new country.",
                "In HubSpot open the account's login history and sort it by user: one or many?",
                "If it is one user: end the sessions and reset the password. If many: require the second factor.",
            ],
            BeSure = "HubSpot's login history names user, address and place of each.",
            FalseAlarms = "A training, a new team, a browser update that logged everybody out.",
            Good = "Logins keep their rhythm.",
            Maps = "T1110",
        },
        new()
        {
            Id = RuleIds.ExportsSpike,
            Title = "Far more exports than usual",
            Severity = Severity.High,
            Section = 5,
            Needs = [AccessSource.SecurityActivity],
            Sees = "Exports of all kinds, counted by the hour, are far above the account's own weeks: High; a surplus that lasts half a day or longer: Medium. Nothing is said before two weeks are known. The rule bulk-export names persons.",
            Why = "Who takes data along does it in pieces as often as at once.",
            Steps =
            [
                "On the rules page or in HubSpot's activity log see who exported what.",
                "Ask that person, by another way than the account itself.",
                "If it was not they or not meant: end the sessions, reset the password, take away the export permission.",
            ],
            BeSure = "HubSpot's security activity names every export and who made it.",
            FalseAlarms = "The end of a quarter, a migration.",
            Good = "Exports keep their rhythm.",
            Maps = "T1567",
        },
        new()
        {
            Id = RuleIds.DeliveryFailing,
            Title = "A channel does not deliver",
            Severity = Severity.High,
            Section = 5,
            Needs = [],
            Sees = "A channel has not taken messages for a quarter of an hour, or gave one up for good, or refuses whatever it is sent (a wrong key, an address that is gone).",
            Why = "An alert that nobody gets is none.",
            Steps =
            [
                "Read what the channel answered; the alert and the health page quote it.",
                "Mend key, address or rights as it says.",
                "Send POST /api/test-alert and see it arrive.",
            ],
            BeSure = "The list of deliveries shows every attempt.",
            FalseAlarms = "An outage at the service that ends by itself: what waits is sent then.",
            Good = "Every channel delivers.",
        },
    ];
}
