using System.Text;
using HubSpotMonitor.Benchmarks.Fuzz;

namespace HubSpotMonitor.Tests.Fuzz;

/// <summary>
/// A short run of every fuzzer, always the same; <c>fuzz</c> of the benchmarks runs them for hours. What they found lies among the examples.
/// </summary>
public sealed class FuzzTests
{
    // About a second each.
    private const int Inputs = 4000;
    private const int Seed = 20_261_129;

    public static TheoryData<string> Targets => [.. FuzzCatalog.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_spoilt_input_breaks_a_promise(string name)
    {
        var result = Run(FuzzCatalog.All.Single(target => target.Name == name), FuzzCatalog.Examples(Repository.Root, name));

        result.Failure?.ToString().ShouldBeNull();
        result.Inputs.ShouldBe(Inputs);
        // One and the same answer to all would show that nothing was reached.
        result.Kinds.ShouldBeGreaterThan(4);
    }

    [Fact]
    public void Every_folder_of_examples_has_its_reader() =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Fuzz", "corpus"))
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ShouldBe(FuzzCatalog.All.Select(target => target.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        List<string> first = [], second = [];
        Run(new("first", input => Remember(first, input)), Examples("[1,2,3]"));
        Run(new("second", input => Remember(second, input)), Examples("[1,2,3]"));

        first.ShouldBe(second);
        first.Distinct().Count().ShouldBeGreaterThan(Inputs / 4);
    }

    [Fact]
    public void A_broken_promise_is_told_with_its_input()
    {
        var result = Run(
            new("odd", input => input.AsSpan().IndexOf("\"\\ud800\""u8) >= 0 ? throw new FormatException("half a pair") : ""),
            Examples("{\"a\":1}"));

        result.Failure.ShouldNotBeNull().Why.ShouldBeOfType<FormatException>();
        result.Failure.ToString().ShouldContain(Convert.ToBase64String(result.Failure.Input));
        result.Failure.ToString().ShouldContain($"seed {Seed}, input {result.Inputs - 1}");
    }

    [Fact]
    public void Deeper_places_are_reached_by_way_of_what_was_new()
    {
        static string Lock(byte[] input) => Encoding.Latin1.GetString(input) switch
        {
            var text when text.Contains("abc", StringComparison.Ordinal) => throw new FormatException("open"),
            var text when text.Contains("ab", StringComparison.Ordinal) => "ab",
            var text when text.Contains('a', StringComparison.Ordinal) => "a",
            _ => "",
        };
        Run(new("lock", Lock) { Words = [[(byte)'a'], [(byte)'b'], [(byte)'c']] }, Examples("x")).Failure.ShouldNotBeNull();
    }

    [Fact]
    public void A_reader_that_needs_the_square_of_the_length_is_found()
    {
        var result = Run(
            new("square", input => Enumerable.Range(0, input.Length).Select(length => input[..length]).ToList().Count > 5000 ? "long" : ""),
            Examples(new string('1', 9000)));

        result.Failure.ShouldNotBeNull().Why.Message.ShouldContain("bytes of memory");
    }

    private static FuzzResult Run(FuzzTarget target, IReadOnlyList<byte[]> examples) =>
        new Fuzzer(target, examples, Seed).Run(inputs => inputs < Inputs);

    private static IReadOnlyList<byte[]> Examples(string text) => [Encoding.UTF8.GetBytes(text)];

    private static string Remember(List<string> inputs, byte[] input)
    {
        inputs.Add(Convert.ToHexString(input));
        return "";
    }
}
