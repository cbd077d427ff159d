using HubSpotMonitor.Detection.Series;

namespace HubSpotMonitor.Tests.Detection.Series;

public sealed class ExpectedHoursTests
{
    private const int Slots = WeekProfile.Slots;

    [Fact]
    public void However_often_an_hour_is_marked_the_needed_deviation_at_most_doubles()
    {
        var random = new Random(1);
        var hours = new ExpectedHours();
        for (var mark = 0; mark < 200; mark++)
        {
            var from = random.Next(0, 100_000);
            hours.Mark(from, from + random.Next(0, 2 * Slots), random.Next(2) == 0 ? null : random.NextDouble());
            if (random.Next(3) == 0) hours.Fade();
            foreach (var slot in Enumerable.Range(0, Slots))
            {
                hours.OfRise(slot, 0).ShouldBeInRange(1, ExpectedHours.Most);
                hours.OfSilence(slot).ShouldBeInRange(1, ExpectedHours.Most);
            }
        }
    }

    [Fact]
    public void Half_of_it_is_left_after_four_weeks_and_nothing_after_a_year()
    {
        var hours = new ExpectedHours();
        hours.Mark(10, 10, 50);
        var slot = HalfHours.Slot(10);
        for (var day = 0; day < 28; day++) hours.Fade();
        hours.OfRise(slot, 50).ShouldBe(1.5, 0.001);
        for (var day = 28; day < 365; day++) hours.Fade();
        hours.OfRise(slot, 50).ShouldBe(1, 0.001);
    }

    [Fact]
    public void Other_hours_and_the_other_direction_are_left_alone()
    {
        var hours = new ExpectedHours();
        hours.Mark(100, 103, 50);
        var marked = Enumerable.Range(100, 4).Select(HalfHours.Slot).ToList();
        foreach (var slot in Enumerable.Range(0, Slots))
        {
            hours.OfRise(slot, 50).ShouldBe(marked.Contains(slot) ? 2 : 1);
            hours.OfSilence(slot).ShouldBe(1);
        }
    }

    [Fact]
    public void What_is_taken_back_leaves_nothing_there_and_other_hours_as_they_are()
    {
        var hours = new ExpectedHours();
        foreach (var rate in new double?[] { 50, null }) hours.Mark(100, 103, rate);
        hours.Unmark(100, 102);
        foreach (var index in Enumerable.Range(100, 3))
            (hours.OfRise(HalfHours.Slot(index), 1), hours.OfSilence(HalfHours.Slot(index))).ShouldBe((1.0, 1.0));
        (hours.OfRise(HalfHours.Slot(103), 1), hours.OfSilence(HalfHours.Slot(103))).ShouldBe((2.0, 2.0));
        hours.Unmark(0, 100_000);
        hours.OfRise(HalfHours.Slot(103), 1).ShouldBe(1);
    }

    [Theory]
    [InlineData(249, 2)]
    [InlineData(250, 1)]
    [InlineData(9000, 1)]
    public void Five_times_what_was_marked_is_never_hidden(double rate, double factor)
    {
        var hours = new ExpectedHours();
        hours.Mark(10, 10, 50);
        hours.OfRise(HalfHours.Slot(10), rate).ShouldBe(factor);
    }
}
