using System.Reflection;
using System.Text.RegularExpressions;
using HubSpotMonitor.Functions;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>Holds docs/threats.md to what is there: a control or a test that was renamed or deleted may not go on being claimed.</summary>
public sealed partial class ThreatsDocumentTests
{
    private static readonly string[] KnownTypes =
        [.. new[] { typeof(Pipeline).Assembly, typeof(ServedBy).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Select(type => type.Name.Split('`')[0])
            .Distinct()];

    private static readonly IReadOnlyList<string[]> Rows =
        [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "threats.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ').Split(" | "))
            .Where(cells => cells[0] != "threat")];

    [Fact]
    public void Every_threat_has_a_kind_a_control_and_a_test()
    {
        Rows.Count.ShouldBeGreaterThan(60);
        Rows.ShouldAllBe(cells => cells.Length == 4);
        Rows.ShouldAllBe(cells => cells[1].Split(' ', StringSplitOptions.None).All(kind => "STRIDE".Contains(kind)));
        Rows.ShouldAllBe(cells => Quoted(cells[2]).Any() && Quoted(cells[3]).Any());
    }

    [Fact]
    public void Every_control_is_a_type_of_the_product_or_a_file() =>
        Rows.SelectMany(cells => Quoted(cells[2]))
            .Where(control => !KnownTypes.Contains(control) && !File.Exists(Path.Combine(Repository.Root, control)))
            .Distinct()
            .ShouldBeEmpty();

    [Fact]
    public void Every_test_is_one_that_runs() =>
        Rows.SelectMany(cells => Quoted(cells[3])).Except(Tests(typeof(ThreatsDocumentTests).Assembly)).ShouldBeEmpty();

    [Fact]
    public void Every_attack_that_is_tried_is_a_threat_that_is_named()
    {
        var named = Rows.SelectMany(cells => Quoted(cells[3])).Select(test => test.Split('.')[0]).ToHashSet();

        typeof(ThreatsDocumentTests).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(ThreatsDocumentTests).Namespace && type != typeof(ThreatsDocumentTests) && TestsOf(type).Any())
            .Where(type => !named.Contains(type.Name)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Tests(Assembly assembly) => assembly.GetTypes().SelectMany(TestsOf);

    private static IEnumerable<string> TestsOf(Type type) =>
        type.IsAbstract
            ? []
            : type.GetMethods()
                .Where(method => method.GetCustomAttributes<FactAttribute>().Any(fact => fact.Skip is null))
                .Select(method => $"{type.Name}.{method.Name}");

    private static IEnumerable<string> Quoted(string cell) => Code().Matches(cell).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
