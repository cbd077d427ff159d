using HubSpotMonitor.Benchmarks.All;

namespace HubSpotMonitor.Tests.Benchmarks;

public sealed class BenchmarksTemplateTests
{
    private static readonly string Template = File.ReadAllText(
        Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Benchmarks", "benchmarks.template.md"));

    [Fact]
    public void Every_part_has_its_place_in_the_page()
    {
        string[] names = [.. PageParts.Names, "machine", "took"];
        var page = BenchmarksTemplate.Fill(Template, names.ToDictionary(name => name, name => $"[figures of {name}]"));
        foreach (var name in names) page.ShouldContain($"[figures of {name}]");
        page.ShouldNotContain("{{");
    }

    [Fact]
    public void A_figure_missing_or_without_a_place_writes_no_page()
    {
        Dictionary<string, string> tooFew = new() { ["poll"] = "1" };
        Should.Throw<InvalidOperationException>(() => BenchmarksTemplate.Fill("{{poll}} {{bus}}", tooFew)).Message.ShouldContain("bus");
        Dictionary<string, string> tooMany = new() { ["poll"] = "1", ["fold"] = "2" };
        Should.Throw<InvalidOperationException>(() => BenchmarksTemplate.Fill("{{poll}}", tooMany)).Message.ShouldContain("fold");
    }

    [Fact]
    public void What_a_figure_says_is_no_place() =>
        BenchmarksTemplate.Fill("{{poll}} {{bus}}", new Dictionary<string, string> { ["poll"] = "{{bus}}", ["bus"] = "2" }).ShouldBe("{{bus}} 2");
}
