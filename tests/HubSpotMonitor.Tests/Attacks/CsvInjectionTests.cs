using HubSpotMonitor.Functions.Api;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>A spreadsheet runs what looks like a formula, and names in our exports are chosen by others.</summary>
public sealed class CsvInjectionTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("\n=1+1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠x")]
    public void A_formula_is_text(string name) => Csv.Of(["a"], [[name]]).ShouldBe($"\"a\"\r\n\"'{name}\"\r\n");

    [Theory]
    [InlineData("a\",\"=1+1", "\"a\"\",\"\"=1+1\"")]
    [InlineData("\"=1+1", "\"\"\"=1+1\"")]
    [InlineData("a\r\n=1+1", "\"a\r\n=1+1\"")]
    public void No_name_ends_its_field(string name, string field) => Csv.Of(["a"], [[name]]).ShouldBe($"\"a\"\r\n{field}\r\n");
}
