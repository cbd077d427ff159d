using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Detection;

public sealed class UsageFindingsTests
{
    private static readonly CountDetector Detector = new(AccountClock.Utc);

    [Fact]
    public void Every_class_has_its_rule_three_steps_and_a_cause()
    {
        foreach (var kind in Enum.GetValues<IncidentClass>())
        {
            UsageFindings.StepsOf(kind).Count.ShouldBe(3);
            UsageFindings.CauseOf(kind).ShouldNotBeEmpty();
        }
        UsageFindings.RuleOf(IncidentClass.Burst).ShouldBe("usage-spike");
        UsageFindings.RuleOf(IncidentClass.CredentialReuse).ShouldBe("usage-slow-drain");
        UsageFindings.RuleOf(IncidentClass.Silence).ShouldBe("usage-silence");
    }

    [Theory]
    [InlineData(IncidentClass.Burst, 2140, Severity.High)]
    [InlineData(IncidentClass.Burst, 80_000, Severity.Critical)] // more than a tenth of the daily limit
    [InlineData(IncidentClass.SlowDrain, 2140, Severity.High)]
    [InlineData(IncidentClass.LevelShift, 2140, Severity.Medium)]
    public void The_class_and_the_excess_set_the_severity(IncidentClass kind, double seen, Severity severity) =>
        Describe(kind, new(0, 9, 5, seen, 240)).Severity.ShouldBe(severity);

    [Theory]
    [InlineData(IncidentClass.Burst, Severity.Critical)]
    [InlineData(IncidentClass.OffHours, Severity.Critical)]
    [InlineData(IncidentClass.RetryStorm, Severity.Critical)]
    [InlineData(IncidentClass.CredentialReuse, Severity.High)]
    public void What_a_burst_has_brought_since_it_began_counts_and_not_only_its_latest_reading(IncidentClass kind, Severity severity) =>
        UsageFindings
            .Describe(
                new(kind, new(0, 9, 5, 2140, 240), "Something happened.") { Excess = 63_000 },
                Count(Noon, 2140, new(120, 240, 310, 1e-9)),
                Detector)
            .Severity.ShouldBe(severity);

    [Theory]
    [InlineData(0, "+1/h")]
    [InlineData(4.9, "+1/h")]
    [InlineData(130, "+1/h|+5/h|+25/h|+125/h")]
    public void Each_power_of_five_that_a_surplus_passes_is_an_event_of_its_own(double perHour, string steps) =>
        UsageFindings.StepsReached(perHour).ShouldBe(steps);

    [Fact]
    public void Of_a_silence_there_is_none_larger() => Describe(IncidentClass.Silence, new(3, -9, 5, 0, 240)).NewestEvent.ShouldBeNull();

    [Fact]
    public void A_finding_tells_the_band_what_was_seen_and_since_when()
    {
        var finding = Describe(IncidentClass.Burst, new(0, 9, 5, 2140, 240));
        finding.Headline.ShouldBe("API calls 8.9x normal");
        finding.Expected.ShouldBe("120–310 calls in 5 min");
        finding.Since.ShouldBe(Noon.AddMinutes(-5));
        finding.Confidence!.ShouldContain("p = 1.0e-5");
    }

    [Fact]
    public void A_model_knows_four_weeks_however_long_it_has_learned()
    {
        var detector = new CountDetector(AccountClock.Utc);
        for (var hour = 0; hour < 60 * 24; hour++) detector.Next(Noon.AddHours(hour - 1), Noon.AddHours(hour), 30);
        UsageFindings.Describe(new(IncidentClass.Burst, new(0, 9, 5, 2140, 240), "Something happened."), Count(Noon, 2140), detector).Confidence!
            .ShouldEndWith(" Model of 28 days.");
    }

    [Fact]
    public void Silence_is_told_as_such() =>
        Describe(IncidentClass.Silence, new(3, -9, 5, 0, 240)).Headline.ShouldBe("API calls have nearly stopped");

    [Fact]
    public void The_figures_behind_a_finding_travel_with_its_message()
    {
        var finding = Describe(IncidentClass.Burst, new(0, 9, 5, 2140, 240));
        var arrived = Messages.Read(Messages.Json(Messages.Opened() with { Finding = finding })).Finding.Explanation!;
        arrived.Class.ShouldBe("Burst");
        arrived.Excess.ShouldBe(1900);
        arrived.Since.ShouldBe(Noon.AddMinutes(-5));
        arrived.Voices.ShouldHaveSingleItem().ShouldBe(new("the last reading", 2140, 240, 8.92, 9, 1e-5));
    }

    [Fact]
    public void A_message_without_figures_is_as_it_was()
    {
        var json = Messages.Json(Messages.Opened() with { Finding = Finding() });
        json.ShouldNotContain("explanation", Case.Insensitive);
        Messages.Read(json).Finding.Explanation.ShouldBeNull();
    }

    private static Finding Describe(IncidentClass kind, CountVoice voice) =>
        UsageFindings.Describe(new(kind, voice, "Something happened."), Count(Noon, voice.Seen, new(120, 240, 310, 1e-9)), Detector);
}
