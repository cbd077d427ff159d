namespace HubSpotMonitor.Tests;

public sealed class SourceLinesTests
{
    [Fact]
    public async Task No_line_of_code_is_longer_than_the_editorconfig_says_unless_it_holds_a_text_which_is_never_broken()
    {
        var settings = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, ".editorconfig"), TestContext.Current.CancellationToken);
        var limit = int.Parse(settings.Single(line => line.StartsWith("max_line_length", StringComparison.Ordinal)).Split('=')[1], null);

        var sources = Directory.EnumerateFiles(Repository.Root, "*.cs", SearchOption.AllDirectories).Where(IsOurs).ToList();
        sources.Count.ShouldBeGreaterThan(500);
        sources.SelectMany(file => File.ReadLines(file).Select((line, index) => (Where: $"{Path.GetRelativePath(Repository.Root, file)}:{index + 1}", Line: line)))
            .Where(one => one.Line.Length > limit && !one.Line.Contains('"', StringComparison.Ordinal))
            .Select(one => one.Where)
            .ShouldBeEmpty();
    }

    private static bool IsOurs(string file) =>
        Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar) is ["src" or "tests", ..] and var parts
        && !parts.Any(part => part is "bin" or "obj" or "node_modules");
}
