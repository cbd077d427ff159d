using System.Text.Json;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Tests.SupplyChain;

/// <summary>Nothing gets into a build but what was looked at: every package by version and hash.</summary>
public sealed partial class LockedTests
{
    [Fact]
    public void Every_project_has_a_lock_file_with_the_hash_of_every_package()
    {
        foreach (var project in Files("*.csproj"))
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")));
            foreach (var package in locked.RootElement.GetProperty("dependencies")
                .EnumerateObject()
                .SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (package.Value.GetProperty("type").GetString() == "Project") continue;
                package.Value.GetProperty("contentHash").GetString()!.Length.ShouldBe(88, $"{package.Name} in {project}");
            }
        }
    }

    [Fact]
    public void In_CI_a_package_that_is_not_in_the_lock_file_stops_the_restore()
    {
        var settings = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"));
        settings.ShouldContain("<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>");
        settings.ShouldContain("<RestoreLockedMode Condition=\"'$(CI)' == 'true'\">true</RestoreLockedMode>");
        File.ReadAllText(Path.Combine(Repository.Root, ".ci", "run")).ShouldContain("export CI=true");
    }

    [Fact]
    public void Every_npm_package_has_its_hash()
    {
        var files = Files("package-lock.json").ToList();
        files.Count.ShouldBeGreaterThan(4);
        foreach (var file in files)
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var package in locked.RootElement.GetProperty("packages")
                .EnumerateObject()
                .Where(package => package.Name.Contains("node_modules/", StringComparison.Ordinal)))
            {
                if (package.Value.TryGetProperty("link", out _) || package.Value.TryGetProperty("inBundle", out _)) continue;
                package.Value.GetProperty("integrity").GetString()!.ShouldStartWith("sha512-", Case.Sensitive, $"{package.Name} in {file}");
            }
        }
    }

    [Fact]
    public void Npm_installs_what_is_locked_and_runs_no_script_of_a_package()
    {
        var calls = Files("*.cs").Concat(Files("*.targets"))
            .SelectMany(file => Npm().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .ToList();
        calls.Count.ShouldBe(2);
        calls.ShouldAllBe(call => call.Contains("ci") && call.Contains("--ignore-scripts"));
        Files("*.yml").Append(Path.Combine(Repository.Root, ".ci", "run"))
            .Where(file => File.ReadAllText(file).Contains("npm install", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_with_packages_is_looked_after()
    {
        var dependabot = File.ReadAllLines(Path.Combine(Repository.Root, ".github", "dependabot.yml")).Select(line => line.Trim());
        var wanted = Files("package-lock.json").Select(file => $"- /{Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!)}");
        wanted.Except(dependabot).ShouldBeEmpty();
    }

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories)
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or ".data" or ".git"));

    [GeneratedRegex("Command=\"npm [^\"]*\"|\\.Wrap\\(\"npm\"\\)\\s*\\.WithArguments[^\n]*")]
    private static partial Regex Npm();
}
