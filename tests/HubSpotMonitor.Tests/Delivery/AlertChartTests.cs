using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Delivery.Teams;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

public sealed class AlertChartTests
{
    [Fact]
    public void Without_counts_there_is_no_chart() => AlertChart.Of(Messages.Opened() with { Chart = [] }).ShouldBeNull();

    [Fact]
    public void Bars_above_what_was_expected_are_marked() =>
        Chart(Point(0), Point(5), Point(10, high: 4)).Sparkline().ShouldBe(("▁▅█", "··^"));

    [Fact]
    public void A_spike_survives_when_several_counts_share_a_bar()
    {
        var (bars, marks) = Chart([.. Enumerable.Repeat(Point(10, high: 20), 40), Point(1000, high: 20), Point(10, high: 20)]).Sparkline();
        bars.ShouldBe(new string('▁', 20) + "█");
        marks.ShouldBe(new string('·', 20) + "^");
    }

    [Fact]
    public void Counts_of_nothing_draw_a_flat_line() => Chart(Point(0), Point(0)).Sparkline().Bars.ShouldBe("▁▁");

    [Fact]
    public void The_sentence_says_what_the_picture_shows() => Chart(Point(95), Point(2140, high: 310)).Sentence.ShouldBe(
        "Calls from 02:10 to 02:10: lowest 95, highest 2,140 at 02:10 (UTC+1), where at most 310 were expected. "
        + "1 of 2 intervals lie above what was expected (marked).");

    [Fact]
    public void Times_over_more_than_a_day_name_the_day()
    {
        var chart = Chart(Point(1), Point(1) with { At = Messages.Opened().Finding.Since.AddDays(1) });
        (chart.First, chart.Last).ShouldBe(("24 Nov 02:10", "25 Nov 02:10"));
    }

    [Fact]
    public void Times_of_another_day_than_the_messages_name_the_day()
    {
        var chart = AlertChart.Of(Messages.Opened() with { At = Messages.Opened().At.AddDays(1), Chart = [Point(1), Point(2)] })!;
        (chart.First, chart.Last).ShouldBe(("24 Nov 02:10", "24 Nov 02:10"));
        chart.Sentence.ShouldStartWith("Calls from 24 Nov 02:10 to 24 Nov 02:10: lowest 1, highest 2 at 24 Nov 02:10 (UTC+1)");
    }

    [Theory]
    [InlineData(null, "Calls")]
    [InlineData("logins", "Logins")]
    [InlineData("\u202E", "Calls")]
    public void What_is_counted_has_its_name_in_words_heading_and_axis(string? counted, string name)
    {
        var message = Messages.Opened() with { Finding = Messages.Opened().Finding with { Counted = counted } };
        AlertChart.Of(message)!.Sentence.ShouldStartWith($"{name} from ");
        MailChart.Render(AlertChart.Of(message)!).ToString().ShouldContain($">{name} per interval</h2>");
        var card = AlertCard.Render(message);
        card.ShouldContain($"\"title\":\"{name} per interval\"");
        card.ShouldContain($"\"yAxisTitle\":\"{name}\"");
    }

    private static ChartPoint Point(double calls, double? high = null) => new(Messages.Opened().Finding.Since, calls, high);

    private static AlertChart Chart(params ChartPoint[] points) => AlertChart.Of(Messages.Opened() with { Chart = points })!;
}
