using System.Diagnostics;
using HubSpotMonitor.Posture.Registry;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>YAML's aliases: forty short lines that stand for a million million.</summary>
public sealed class AliasBombTests
{
    [Theory]
    [InlineData("- &a{0} [*a{1}, *a{1}]")]
    [InlineData("- &a{0} {{x: *a{1}, y: *a{1}}}")]
    [InlineData("- &a{0}\n  ? [*a{1}, *a{1}]\n  : x")]
    public void They_are_refused_before_anything_is_built(string line)
    {
        var yaml = "- &a0 [x]\n" + string.Join(
            '\n', Enumerable.Range(1, 60).Select(level => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, level, level - 1)));
        var watch = Stopwatch.StartNew();

        var reading = RegistryReader.Read(yaml);

        reading.Registry.ShouldBeNull();
        reading.Problems.ShouldHaveSingleItem().ShouldContain("an alias (*name) stands for other lines");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
