using HubSpotMonitor.Benchmarks.All;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class GrowthTests
{
    [Theory]
    [InlineData(100, 1)] // ten times the work, ten times the cost
    [InlineData(1000, 2)] // a hundred times the cost
    [InlineData(10, 0)]
    [InlineData(31.6227766, 0.5)]
    public void The_exponent_is_the_slope_by_logarithms(double cost, double exponent) =>
        Growth.Exponent(new(3, 10), new(30, cost)).ShouldBe(exponent, 1e-6);

    [Fact]
    public void A_table_tells_each_step_by_its_ratios() =>
        Growth.Table("events", "seconds", [new(1000, 0.25), new(10_000, 2.5), new(100_000, 20)]).ShouldBe("""
            | events | seconds | each | work | cost | exponent |
            |---|---|---|---|---|---|
            | 1,000 | 0.250 | 0.000250 |  |  |  |
            | 10,000 | 2.50 | 0.000250 | × 10 | × 10.0 | 1.00 |
            | 100,000 | 20.0 | 0.000200 | × 10 | × 8.0 | 0.90 |
            """.ReplaceLineEndings("\n"));

    [Fact]
    public void One_step_worse_than_linear_is_said_with_its_reason_even_where_the_whole_is_linear()
    {
        List<GrowthPoint> points = [new(1, 10), new(10, 11), new(100, 1000)];
        Growth.Table("rows", "ms", points, "it sorts.").ShouldEndWith("**Worse than linear** (exponent up to 1.96): it sorts.");
        Growth.Table("rows", "ms", points).ShouldEndWith("why is not known.");
    }

    [Fact]
    public void What_two_measurements_of_the_same_differ_by_is_not_called_worse() =>
        Growth.Table("rows", "ms", [new(10, 10), new(100, 140)], "it sorts.").ShouldNotContain("Worse");

    [Theory]
    [InlineData(1234.5, "1,234")]
    [InlineData(12.345, "12.3")]
    [InlineData(0.00012345, "0.000123")]
    [InlineData(0, "0")]
    public void Small_figures_keep_three_digits(double value, string text) => Growth.Number(value).ShouldBe(text);
}
