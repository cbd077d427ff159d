using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Functions;
using HubSpotMonitor.Local;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>No text may keep an expression busy: it does not backtrack, or there is nothing in it that repeats without end.</summary>
public sealed partial class RegexTests
{
    private static readonly Assembly[] Ours = [typeof(Pipeline).Assembly, typeof(ServedBy).Assembly, typeof(LocalCommand).Assembly];

    public static TheoryData<string> All => [.. Found().Select(found => found.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void An_expression_does_not_backtrack_or_cannot_for_long(string name)
    {
        var options = Found().Single(found => found.Name == name).Attribute;

        (options.Options.HasFlag(RegexOptions.NonBacktracking) || !RepeatsWithoutEnd(options.Pattern)).ShouldBeTrue(options.Pattern);
    }

    [Fact]
    public void Every_expression_is_generated_so_that_it_is_looked_at_here()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules"));

        sources.Where(file => MadeAtRunTime().IsMatch(File.ReadAllText(file))).ShouldBeEmpty();
        Found().Count().ShouldBeGreaterThan(15);
    }

    [Theory]
    [InlineData("a+", true)]
    [InlineData("a*?", true)]
    [InlineData("[a-z]{79,}", true)]
    [InlineData("[+*]{2,3}", false)]
    [InlineData(@"\+\*\{1,\}", false)]
    [InlineData(@"[\]+]a", false)]
    [InlineData("a?b{4}", false)]
    public void What_repeats_without_end_is_seen(string pattern, bool repeats) => RepeatsWithoutEnd(pattern).ShouldBe(repeats);

    [Theory]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("a@a-")]
    [InlineData("1.")]
    [InlineData("a:")]
    [InlineData("CiRuYTEt")]
    [InlineData("pat-na1-")]
    [InlineData("hapikey ")]
    public void A_long_text_is_masked_and_searched_in_a_moment(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 300_000 / piece.Length));
        var watch = Stopwatch.StartNew();

        Masking.Text(text, new() { MaskAddresses = true, MaskMail = true });
        SecretPatterns.Redact(text);

        // In the square of the length it would be minutes.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<(string Name, GeneratedRegexAttribute Attribute)> Found() =>
        from assembly in Ours
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<GeneratedRegexAttribute>()
        where attribute is not null
        select ($"{type.FullName}.{method.Name}", attribute);

    // Outside of brackets and not escaped: *, +, or a least number without a most.
    private static bool RepeatsWithoutEnd(string pattern) => Unbounded().IsMatch(Literal().Replace(pattern, "x"));

    [GeneratedRegex(@"\\.|\[\^?\]?(\\.|[^\]\\])*\]")]
    private static partial Regex Literal();

    [GeneratedRegex(@"[*+]|\{\d+,\}")]
    private static partial Regex Unbounded();

    [GeneratedRegex(@"new Regex\(|Regex\.(IsMatch|Match|Matches|Replace|Split|Count)\(")]
    private static partial Regex MadeAtRunTime();
}
