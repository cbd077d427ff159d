using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Detection.Series;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Detection.Events;

public sealed class RateJudgeTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly RateSeries App = RateSeries.OfApp("INTEGRATION:9393361");

    [Fact]
    public void An_app_that_writes_ten_times_its_usual_is_told_with_its_name_and_figures()
    {
        var (detector, last) = Learned();
        var judgement = RateJudge.Judge(4711, App, detector, [(last.AddMinutes(3), 900)], last, last + App.Step);
        judgement.Assessment.Condition.ShouldBe(Condition.Firing);
        var finding = judgement.Assessment.Finding!;
        finding.Rule.ShouldBe("app-events-spike");
        finding.Subject.ShouldBe("INTEGRATION:9393361");
        finding.Headline.ShouldStartWith("Webhook events of app 9393361 ");
        finding.Seen.ShouldBe("900 in the last reading");
        finding.Since.ShouldBe(last);
        finding.Counted.ShouldBe("events");
    }

    [Fact]
    public void A_usual_day_is_no_alert_and_a_step_without_events_counts_as_none()
    {
        var (detector, last) = Learned();
        var judgement = RateJudge.Judge(4711, App, detector, [], last, last + (4 * App.Step));
        judgement.Counts.Select(count => count.Value).ShouldBe([0, 0, 0, 0]);
        judgement.Counts.ShouldAllBe(count => count.Expected != null && count.Since == count.At - App.Step);
        judgement.Assessment.Condition.ShouldBe(Condition.Clear);
    }

    [Fact]
    public void An_app_that_falls_silent_is_not_this_rules_business()
    {
        var (detector, last) = Learned();
        RateJudge.Judge(4711, App, detector, [], last, last.AddHours(12)).Assessment.Condition.ShouldNotBe(Condition.Firing);
    }

    [Fact]
    public void Judged_in_one_go_or_step_by_step_with_the_state_put_away_in_between_is_the_same()
    {
        var events = Usual(Start, 20).Append((Start.AddDays(17).AddHours(10), 2000)).ToList();
        var steady = new CountDetector(AccountClock.Utc);
        var whole = RateJudge.Judge(4711, App, steady, events, Start, Start.AddDays(20));

        List<Reading> counts = [];
        var detector = new CountDetector(AccountClock.Utc);
        for (var from = Start; from < Start.AddDays(20); from += TimeSpan.FromHours(6))
        {
            var part = RateJudge.Judge(4711, App, detector, events, from, from.AddHours(6));
            counts.AddRange(part.Counts);
            detector = CountDetector.Load(detector.Save(), AccountClock.Utc)!;
        }
        counts.ShouldBe(whole.Counts);
        detector.Save().ShouldBe(steady.Save());
    }

    [Fact]
    public void A_past_that_is_read_for_the_first_time_teaches_and_is_no_news()
    {
        var events = Usual(Start, 21).Append((Start.AddDays(18).AddHours(10), 2000)).ToList();
        RateJudge.Judge(4711, App, new CountDetector(AccountClock.Utc), events, Start, Start.AddDays(20))
            .Assessment.Condition.ShouldBe(Condition.Firing);
        RateJudge.Judge(4711, App, new CountDetector(AccountClock.Utc), events, Start, Start.AddDays(20), Start.AddDays(20).AddHours(-2))
            .Assessment.Condition.ShouldNotBe(Condition.Firing);
    }

    [Fact]
    public void A_rise_that_goes_on_is_told_since_it_began_also_by_a_detector_that_was_put_away()
    {
        var (detector, last) = Learned();
        List<(DateTimeOffset At, int Count)> events = [(last.AddMinutes(3), 900), (last.AddMinutes(18), 900), (last.AddMinutes(33), 900)];
        var whole = RateJudge.Judge(4711, App, detector, events, last, last + (3 * App.Step)).Assessment.Finding!;
        whole.Evidence.ShouldBe(
            [$"{Metric.AppEvents}@{(last + (3 * App.Step)).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}"], "the latest step is told, not the first");
        whole.Since.ShouldBe(last);

        var first = Learned().Detector;
        RateJudge.Judge(4711, App, first, events, last, last + App.Step);
        var taken = CountDetector.Load(first.Save(), AccountClock.Utc)!;
        RateJudge.Judge(4711, App, taken, events, last + App.Step, last + (3 * App.Step)).Assessment.Finding!.Since.ShouldBe(last);
    }

    private static (CountDetector Detector, DateTimeOffset Last) Learned()
    {
        var detector = new CountDetector(AccountClock.Utc);
        var until = Start.AddDays(21).AddHours(10);
        RateJudge.Judge(4711, App, detector, Usual(Start, 22), Start, until);
        return (detector, until);
    }

    // Some forty events in a quarter of an hour of the working day, a few at night.
    private static IEnumerable<(DateTimeOffset At, int Count)> Usual(DateTimeOffset start, int days)
    {
        var random = new Random(7);
        for (var at = start; at < start.AddDays(days); at += App.Step)
            yield return (at.AddMinutes(random.Next(15)), at.Hour is >= 8 and < 18 ? random.Next(30, 50) : random.Next(0, 5));
    }
}
