using HubSpotMonitor.Alerting.Routing;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

public sealed class MutesTests
{
    private static readonly MaintenanceWindow Window = new()
    {
        Id = "w",
        Cron = "0 * * * *",
        Duration = TimeSpan.FromMinutes(30),
        TimeZone = "UTC",
        Author = "Ada",
        Reason = "sync",
        From = Noon,
        Until = Noon.AddHours(2),
    };

    [Theory]
    [InlineData(-60, false)]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(30, false)]
    [InlineData(60, true)]
    [InlineData(120, false)]
    public void A_window_opens_by_its_plan_from_its_first_to_its_last_instant(int minutes, bool open) =>
        Mutes.IsOpen(Window, Noon.AddMinutes(minutes)).ShouldBe(open);

    [Fact]
    public void A_window_mutes_its_own_account_up_to_its_severity()
    {
        IsMuted(Alert(), Window).ShouldBeTrue();
        IsMuted(Alert(), Window with { Portal = Acme.Id }).ShouldBeTrue();
        IsMuted(Alert(), Window with { Portal = 1 }).ShouldBeFalse();
        IsMuted(Alert() with { Severity = Severity.Critical }, Window).ShouldBeFalse();
        IsMuted(Alert(), Window with { UpTo = Severity.Medium }).ShouldBeFalse();
    }

    [Fact]
    public void Blindness_mutes_silence_and_nothing_else()
    {
        var blind = Alert("blind") with { Finding = Finding(rule: BlindDetector.Rule) with { Subject = "usage" } };
        var silence = Alert("silence") with { Finding = Finding(rule: UsageFindings.SilenceRule) };
        IsMuted(silence, [silence, blind]).ShouldBeTrue();
        IsMuted(silence, [silence, blind with { State = AlertState.Resolved }]).ShouldBeFalse();
        IsMuted(silence, [silence, blind with { Finding = blind.Finding with { Subject = "posture" } }]).ShouldBeFalse();
        IsMuted(silence, [silence, Alert("other")]).ShouldBeFalse();
        IsMuted(Alert(), [Alert(), blind]).ShouldBeFalse();
        IsMuted(blind, [silence, blind]).ShouldBeFalse();
    }

    [Fact]
    public void A_critical_one_mutes_what_it_explains_by_rule_or_by_rule_and_subject()
    {
        var whole = Alert("whole") with { Severity = Severity.Critical };
        IsMuted(Alert(), [Alert(), Explaining("usage-spike")]).ShouldBeTrue();
        IsMuted(Alert(), [Alert(), Explaining("usage-spike|calls")]).ShouldBeTrue();
        IsMuted(Alert(), [Alert(), Explaining("usage-spike|events")]).ShouldBeFalse();
        IsMuted(Alert(), [Alert(), Explaining("usage-spike") with { Severity = Severity.High }]).ShouldBeFalse();
        IsMuted(Explaining("usage-spike"), [Explaining("usage-spike")]).ShouldBeFalse();

        Alert Explaining(string part) => whole with { Finding = whole.Finding with { Explains = [part] } };
    }

    [Fact]
    public void One_that_is_itself_kept_back_mutes_nothing()
    {
        var whole = Alert("whole") with { Severity = Severity.Critical, Finding = Finding(rule: "theft") with { Explains = ["usage-spike"] } };
        IsMuted(Alert(), [Alert(), whole with { AcknowledgedAt = Noon }]).ShouldBeTrue();
        IsMuted(Alert(), [Alert(), whole with { SnoozedUntil = Noon.AddHours(8) }]).ShouldBeTrue();
        IsMuted(Alert(), [Alert(), whole with { ExpectedAt = Noon }]).ShouldBeFalse();
        var silence = new Silence
        {
            Id = "s",
            Rule = "theft",
            UpTo = Severity.Critical,
            Author = "Ada",
            Reason = "test",
            From = Noon.AddHours(-1),
            Until = Noon.AddHours(1),
        };
        (Mutes.Of(Alert(), [Alert(), whole], Now with { Silences = [silence] }) is null).ShouldBeTrue();
    }

    [Fact]
    public void Blindness_of_most_accounts_mutes_that_of_each_for_the_same_cause_and_nothing_else_also_where_it_is_silenced()
    {
        var blind = Alert("blind") with
        {
            Finding = Finding(rule: BlindDetector.Rule) with { Subject = "usage", LikelyCause = "Trouble at HubSpot." },
        };
        var all = Alert("all") with { Portal = Portal.Monitor, Finding = blind.Finding with { Subject = "accounts" } };
        IsMutedBy(blind, all).ShouldBeTrue();
        IsMutedBy(blind, all with { ExpectedAt = Noon }).ShouldBeTrue();
        IsMutedBy(blind with { Finding = blind.Finding with { LikelyCause = "The token was rotated." } }, all).ShouldBeFalse();
        IsMutedBy(blind, all with { State = AlertState.Resolved }).ShouldBeFalse();
        IsMutedBy(blind with { Finding = blind.Finding with { Subject = "webhooks" } }, all).ShouldBeFalse();
        var silence = new Silence
        {
            Id = "s",
            Rule = BlindDetector.Rule,
            Portal = Portal.Monitor.Id,
            UpTo = Severity.Critical,
            Author = "Ada",
            Reason = "test",
            From = Noon.AddHours(-1),
            Until = Noon.AddHours(1),
        };
        (Mutes.Of(blind, [blind], Now with { OfMonitor = [all], Silences = [silence] }) is null).ShouldBeFalse();

        static bool IsMutedBy(Alert alert, Alert all) => Mutes.Of(alert, [alert], Now with { OfMonitor = [all] }) is not null;
    }

    private static bool IsMuted(Alert alert, MaintenanceWindow window) => Mutes.Of(alert, [alert], Now with { Windows = [window] }) is not null;

    private static bool IsMuted(Alert alert, IReadOnlyList<Alert> all) => Mutes.Of(alert, all, Now) is not null;

    private static Situation Now => new() { Now = Noon, Options = new(), Channels = ["email"] };
}
