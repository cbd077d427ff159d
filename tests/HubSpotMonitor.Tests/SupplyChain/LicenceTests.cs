using System.Text.Json;
using System.Xml.Linq;

namespace HubSpotMonitor.Tests.SupplyChain;

/// <summary>What is passed on with the package, and whether it may be: read from the packages themselves.</summary>
public sealed class LicenceTests
{
    private const string List = "docs/licences.md";

    private static readonly string[] Allowed = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"];

    // Packages from before there were expressions name a page.
    private static readonly Dictionary<string, string> Pages = new()
    {
        ["https://opensource.org/licenses/MIT"] = "MIT",
        ["https://github.com/dotnet/corefx/blob/master/LICENSE.TXT"] = "MIT",
    };

    // Looks at code, and is not in what it has looked at.
    private static readonly string[] NotShipped = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"];

    private static readonly string Functions = Path.Combine(Repository.Root, "src", "HubSpotMonitor.Functions");

    [Fact]
    public void Every_licence_is_one_that_lets_us_pass_it_on() =>
        Shipped().Where(part => !Allowed.Contains(part.Licence)).ShouldBeEmpty();

    [Fact]
    public void Every_part_is_listed_with_its_licence() => File.ReadAllText(Path.Combine(Repository.Root, List)).ShouldBe(Written());

    private static IEnumerable<(string Name, string Licence)> Shipped() =>
        Packages().Concat(NpmPackages()).Distinct().OrderBy(part => part.Name, StringComparer.OrdinalIgnoreCase);

    private static string Written() => $"""
        # Licences

        What the published package is made of besides this project (MIT), and .NET itself (MIT). Read from the packages; a test holds this list to them.
        Versions and hashes stand in the lock files and in the list of parts (SBOM) that the workflow `build` puts beside its package.

        | part | licence |
        |---|---|
        {string.Join('\n', Shipped().Select(part => $"| {part.Name} | {part.Licence} |"))}

        """;

    private static IEnumerable<(string Name, string Licence)> Packages()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Functions, "obj", "project.assets.json")));
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Functions, "packages.lock.json")));
        var folders = assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        foreach (var package in locked.RootElement.GetProperty("dependencies")
            .EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject()))
        {
            if (NotShipped.Contains(package.Name) || !package.Value.TryGetProperty("resolved", out var version)) continue;
            var (name, place) = (package.Name.ToLowerInvariant(), Path.Combine(package.Name.ToLowerInvariant(), version.GetString()!));
            var nuspec = folders.Select(folder => Path.Combine(folder, place, $"{name}.nuspec")).First(File.Exists);
            yield return (package.Name, LicenceOf(XDocument.Load(nuspec)));
        }
    }

    private static string LicenceOf(XDocument nuspec)
    {
        string? Text(string name) => nuspec.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        var isExpression = nuspec.Descendants()
            .FirstOrDefault(element => element.Name.LocalName == "license")
            ?.Attribute("type")?.Value == "expression";
        return isExpression
            ? Text("license")!
            : Pages.GetValueOrDefault(Text("licenseUrl") ?? "", $"unknown: {Text("license")} {Text("licenseUrl")}");
    }

    // What the page's script is bundled from: everything but the bundler.
    private static IEnumerable<(string Name, string Licence)> NpmPackages()
    {
        using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Functions, "Assets", "package-lock.json")));
        return [.. locked.RootElement.GetProperty("packages").EnumerateObject()
            .Where(package => package.Name.StartsWith("node_modules/", StringComparison.Ordinal)
                && !package.Name.Contains("esbuild", StringComparison.Ordinal))
            .Select(package => (package.Name["node_modules/".Length..], package.Value.GetProperty("license").GetString()!))];
    }
}
