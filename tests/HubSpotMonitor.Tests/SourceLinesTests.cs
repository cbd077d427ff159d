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
        sources.SelectMany(file => TooLong(file, limit)).ShouldBeEmpty();
    }

    // Between two marks of a raw text all lines are text.
    private static IEnumerable<string> TooLong(string file, int limit)
    {
        var (number, isText) = (0, false);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            if (line.Length > limit && !isText && !line.Contains('"', StringComparison.Ordinal))
                yield return $"{Path.GetRelativePath(Repository.Root, file)}:{number}";
            if (line.Split("\"\"\"").Length % 2 == 0) isText = !isText;
        }
    }

    private static bool IsOurs(string file) =>
        Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar) is ["src" or "tests", ..] and var parts
        && !parts.Any(part => part is "bin" or "obj" or "node_modules");
}
