using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Posture.Events;

namespace HubSpotMonitor.Tests.Posture;

public sealed class SpikeStoryTests
{
    private static readonly DateTimeOffset Now = Samples.Noon;
    private static readonly Finding Spike = Samples.Finding() with { Evidence = ["calls@x"] };
    private static readonly TimeSpan Memory = TimeSpan.FromDays(90);
    private static readonly AccessLedger Before = AccessLedger.Fold(AccessLedger.Empty(Samples.Acme.Id), [Login(Now.AddDays(-20))], Now);

    [Fact]
    public void A_reveal_before_it_makes_it_critical_and_is_told()
    {
        var told = Explain(Security("SERVICE_KEY_REVEAL", Spike.Since.AddMinutes(-40), "7654", country: "vn", id: "r1"));
        told.Severity.ShouldBe(Severity.Critical);
        told.Explains.ShouldBe([Finding.Part("login-unusual-place", $"{Jane} in vn"), Finding.Part("developer-off-hours", Jane)]);
        told.Summary.ShouldBe(
            $"Burst: something happened. Before it: 40 min earlier {Jane} had the secret of service key 7654 shown from vn, 198.51.100.7, a new country for them. Therefore Critical instead of High.");
        told.Evidence.ShouldBe(["calls@x", "Security:r1"]);
    }

    [Fact]
    public void Who_looks_at_the_key_to_answer_the_alert_is_no_thief()
    {
        var spike = Spike with { Since = Now.AddMinutes(-40) };
        Severity With(int minutes)
        {
            var reveal = Security("SERVICE_KEY_REVEAL", spike.Since.AddMinutes(minutes), "7654");
            return SpikeStory.Explain(spike, [reveal], Before, Memory, spike.Since.AddMinutes(10), Now).Severity;
        }
        (With(8), With(20)).ShouldBe((Severity.Critical, Severity.High));
    }

    [Fact]
    public void A_sum_of_half_a_day_began_before_the_reveal_and_is_joined_with_it_all_the_same()
    {
        var drain = Spike with { Rule = "usage-slow-drain", Since = Now.AddHours(-12) };
        var told = SpikeStory.Explain(drain, [Security("SERVICE_KEY_REVEAL", Now.AddHours(-6), "7654")], Before, Memory, Now, Now);
        told.Severity.ShouldBe(Severity.Critical);
        told.Summary.ShouldContain($"Before it: 6 h before the alert {Jane} had the secret of service key 7654 shown");
    }

    [Theory]
    [InlineData("PRIVATE_APP_SCOPE_GROUPS_UPDATE", Severity.Critical)]
    [InlineData("PRIVATE_APP_CLIENT_SECRET_VIEW", Severity.Critical)]
    [InlineData("IMPORT", Severity.Medium)]
    [InlineData("DATASET_SYNC", Severity.Medium)]
    [InlineData("SANDBOX_SYNC", Severity.High)]
    [InlineData("SANDBOX_SYNC_TO_PRODUCTION", Severity.Medium)]
    [InlineData("INSTALL_INTEGRATION", Severity.High)]
    [InlineData("ADD_USER", Severity.High)]
    public void What_happened_just_before_decides(string type, Severity severity) =>
        Explain(Security(type, Spike.Since.AddMinutes(-5), "1")).Severity.ShouldBe(severity);

    [Fact]
    public void An_import_lowers_it_by_one_and_names_who_and_when() =>
        Explain(Security("IMPORT", Spike.Since.AddMinutes(2), "1")).Summary.ShouldBe(
            $"Burst: something happened. Explained in part: 2 min after it began {Jane} started an import (IMPORT). Therefore Medium instead of High.");

    [Fact]
    public void A_key_that_was_made_before_it_is_named_and_no_import_excuses_the_spike_then()
    {
        var told = Explain(Security("SERVICE_KEY_CREATE", Spike.Since.AddMinutes(-40), "7654"), Security("IMPORT", Spike.Since.AddMinutes(-5), "1"));
        told.Severity.ShouldBe(Severity.High);
        told.Summary.ShouldBe($"Burst: something happened. Before it: 40 min earlier {Jane} made service key 7654 from de, 198.51.100.7.");
    }

    [Theory]
    [InlineData(-61, Severity.High)]
    [InlineData(-60, Severity.Medium)]
    [InlineData(30, Severity.Medium)]
    [InlineData(31, Severity.High)]
    public void What_explains_it_began_near_its_beginning(int minutes, Severity severity)
    {
        var spike = Spike with { Since = Now.AddMinutes(-40) };
        SpikeStory.Explain(spike, [Security("IMPORT", spike.Since.AddMinutes(minutes), "1")], Before, Memory, Now, Now).Severity.ShouldBe(severity);
    }

    [Theory]
    [InlineData(1, Severity.Medium)]
    [InlineData(20, Severity.High)]
    public void An_import_that_is_an_everyday_thing_excuses_nothing(int days, Severity severity)
    {
        var imports = Enumerable.Range(0, days)
            .Select(day => Security("IMPORT", Now.AddDays((-2 * day) - 3), "1"))
            .Append(Security("ADD_USER", Now.AddDays(-45)));
        var before = AccessLedger.Fold(Before, imports, Now.AddDays(-2));
        SpikeStory.Explain(Spike, [Security("IMPORT", Spike.Since.AddMinutes(-5), "1")], before, Memory, Now, Now).Severity.ShouldBe(severity);
    }

    [Fact]
    public void A_rotation_before_it_is_named_and_is_no_cause()
    {
        var rotation = Security("SERVICE_KEY_ROTATE", Spike.Since.AddMinutes(-40), "7654");
        var told = SpikeStory.Explain(Spike with { LikelyCause = "as before" }, [rotation], Before, Memory, Now, Now);
        (told.Severity, told.LikelyCause).ShouldBe((Severity.High, "as before"));
        told.Summary.ShouldBe($"Burst: something happened. Before it: 40 min earlier {Jane} rotated service key 7654 from de, 198.51.100.7.");
    }

    [Fact]
    public void A_rotation_before_it_leaves_an_import_its_excuse()
    {
        var told = Explain(Security("SERVICE_KEY_ROTATE", Spike.Since.AddMinutes(-40), "7654"), Security("IMPORT", Spike.Since.AddMinutes(-5), "1"));
        told.Severity.ShouldBe(Severity.Medium);
        told.Summary.ShouldBe(
            $"Burst: something happened. Before it: 40 min earlier {Jane} rotated service key 7654 from de, 198.51.100.7. Explained in part: 5 min earlier {Jane} started an import (IMPORT). Therefore Medium instead of High.");
    }

    [Fact]
    public void What_HubSpot_rotates_by_its_schedule_nobody_rotated() =>
        Explain(Security(ActivityTypes.AutoRotated, Spike.Since.AddMinutes(-40), "7654")).ShouldBe(Spike);

    [Fact]
    public void Rotations_do_not_push_a_key_that_was_made_out_of_the_story()
    {
        var rotations = Enumerable.Range(0, 3)
            .Select(index => Security("SERVICE_KEY_ROTATE", Spike.Since.AddHours(-4).AddMinutes(index), $"{index}"));
        Explain([.. rotations, Security("SERVICE_KEY_CREATE", Spike.Since.AddMinutes(-40), "7654")]).Summary
            .ShouldContain($"Before it: 40 min earlier {Jane} made service key 7654");
    }

    [Theory]
    [InlineData("SMTP_TOKEN_RETRIEVED")]
    [InlineData("PUBLIC_APP_CLIENT_SECRET_VIEW")]
    [InlineData("SMTP_TOKEN_CREATED")]
    public void What_makes_no_call_that_is_counted_has_no_part_in_it(string type) =>
        Explain(Security(type, Spike.Since.AddMinutes(-40), "7")).ShouldBe(Spike);

    [Theory]
    [InlineData("usage-spike", Severity.Critical)]
    [InlineData("usage-slow-drain", Severity.High)]
    public void An_import_excuses_neither_what_is_critical_nor_a_drain_of_days_and_is_named(string rule, Severity severity)
    {
        var spike = Spike with { Rule = rule, Severity = severity, LikelyCause = "as before" };
        var told = SpikeStory.Explain(spike, [Security("IMPORT", Spike.Since.AddMinutes(-5), "1")], Before, Memory, Now, Now);
        (told.Severity, told.LikelyCause).ShouldBe((severity, "as before"));
        told.Summary.ShouldBe($"Burst: something happened. Around its beginning: 5 min earlier {Jane} started an import (IMPORT).");
    }

    [Fact]
    public void What_the_story_does_not_name_is_told_on_its_own()
    {
        var reveals = Enumerable.Range(0, 3)
            .Select(index => Security("SERVICE_KEY_REVEAL", Spike.Since.AddHours(-4).AddMinutes(index), $"{index}", "sam@acme.example"));
        Explain([.. reveals, Login(Spike.Since.AddHours(-3), country: "vn")]).Explains.ShouldBe(
            [Finding.Part("login-unusual-place", "sam@acme.example in de"), Finding.Part("developer-off-hours", "sam@acme.example")]);
        Explain(Login(Spike.Since.AddHours(-3), country: "vn")).Explains.ShouldBe([Finding.Part("login-unusual-place", $"{Jane} in vn")]);
    }

    [Fact]
    public void A_theft_outweighs_an_import() =>
        Explain(Security("IMPORT", Spike.Since, "1"), Security("SERVICE_KEY_REVEAL", Spike.Since.AddHours(-20), "1"))
            .Severity.ShouldBe(Severity.Critical);

    [Fact]
    public void What_is_too_old_or_yet_to_come_explains_nothing()
    {
        var told = Explain(
            Security("SERVICE_KEY_REVEAL", Spike.Since.AddHours(-25), "1"),
            Security("IMPORT", Spike.Since.AddHours(-2), "1"),
            Security("IMPORT", Now.AddHours(1), "1"));
        told.ShouldBe(Spike);
    }

    [Fact]
    public void A_login_from_a_new_country_makes_it_critical_and_a_usual_one_does_not()
    {
        Explain(Login(Spike.Since.AddHours(-3), country: "vn")).Severity.ShouldBe(Severity.Critical);
        Explain(Login(Spike.Since.AddHours(-3), country: "vn", succeeded: false)).ShouldBe(Spike);
        Explain(Login(Spike.Since.AddHours(-3))).ShouldBe(Spike);
        Explain(Login(Spike.Since.AddHours(-3), "stranger@acme.example", "vn")).ShouldBe(Spike);
    }

    [Theory]
    [InlineData(89, Severity.High)]
    [InlineData(91, Severity.Critical)]
    public void A_country_is_new_again_after_as_long_as_for_the_rules(int daysAgo, Severity severity)
    {
        var login = Login(Spike.Since.AddHours(-3), country: "vn");
        var before = AccessLedger.Fold(
            AccessLedger.Empty(Samples.Acme.Id), [Login(login.At.AddDays(-daysAgo), country: "vn"), Login(Now.AddDays(-20))], Now);
        SpikeStory.Explain(Spike, [login], before, Memory, Now, Now).Severity.ShouldBe(severity);
    }

    [Theory]
    [InlineData("de", Severity.Critical)]
    [InlineData(null, Severity.High)] // they were never seen anywhere before
    public void A_login_that_was_folded_before_its_drain_was_told_does_not_make_its_country_known(string? home, Severity severity)
    {
        var drain = Spike with { Rule = "usage-slow-drain", Since = Now.AddHours(-70) };
        var login = Login(Now.AddHours(-65), country: "vn");
        IEnumerable<ActivityEvent> earlier = home is null ? [] : [Login(Now.AddDays(-20), country: home)];
        var before = AccessLedger.Fold(AccessLedger.Empty(Samples.Acme.Id), [.. earlier, login], Now.AddHours(-60));
        SpikeStory.Explain(drain, [login], before, Memory, Now, Now).Severity.ShouldBe(severity);
    }

    [Fact]
    public void Order_and_repeats_of_events_change_nothing()
    {
        ActivityEvent[] events =
        [
            .. Enumerable.Range(0, 6)
                .Select(index => Security("SERVICE_KEY_REVEAL", Spike.Since.AddMinutes(-index / 2), $"{index}", id: $"x{index}")),
        ];
        var told = Explain(events);
        told.Summary.ShouldContain("; and 3 more.");
        var again = Explain([.. events.Reverse(), .. events]);
        (again.Summary, again.Severity).ShouldBe((told.Summary, told.Severity));
        again.Evidence.ShouldBe(told.Evidence);
    }

    private static Finding Explain(params IReadOnlyList<ActivityEvent> events) =>
        SpikeStory.Explain(Spike, events, Before, Memory, Spike.Since.AddMinutes(10), Now);
}
