using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture;

/// <summary>All there is to tell about a rule; its page under <c>docs/rules</c> is written from this.</summary>
public sealed record RuleSheet
{
    /// <summary>The sections of the guide "Securing API Access in HubSpot" in their order, as a sentence names them.</summary>
    public static IReadOnlyList<string> Sections { get; } =
    [
        "understanding API access",
        "keys in few hands",
        "keys encrypted and rotated",
        "OAuth instead of keys",
        "monitoring usage",
        "limiting access",
    ];

    /// <summary>Stable: alerts and pages are known by it.</summary>
    public required string Id { get; init; }

    public required string Title { get; init; }

    /// <summary>The worst that a finding of it can have.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The section of the guide that it serves, 1 to 6.</summary>
    public required int Section { get; init; }

    /// <summary>Without one of these it says nothing.</summary>
    public required IReadOnlyList<AccessSource> Needs { get; init; }

    /// <summary>With these it says more.</summary>
    public IReadOnlyList<AccessSource> Helps { get; init; } = [];

    /// <summary>When it fires, and how severe it then is.</summary>
    public required string Sees { get; init; }

    public required string Why { get; init; }

    /// <summary>The first three steps for the person who was woken.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    public required string BeSure { get; init; }

    public required string FalseAlarms { get; init; }

    /// <summary>Settings that it obeys.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>What a pass says.</summary>
    public required string Good { get; init; }

    /// <summary>Names in OWASP's list for non-human identities and in ATT&amp;CK.</summary>
    public string? Maps { get; init; }

    /// <summary>A verdict from findings, which are not asked for where a source is missing.</summary>
    public RuleResult Judge(PostureEvidence evidence, IEnumerable<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (Needs.Select(evidence.Missing).FirstOrDefault(why => why is not null) is { } missing) return NotEvaluable(missing);
        var all = findings.OrderByDescending(finding => finding.Severity)
            .ThenByDescending(finding => finding.Since)
            .ThenBy(finding => finding.Subject, StringComparer.Ordinal)
            .ToList();
        if (all.Count == 0) return new(Id, RuleOutcome.Pass, Good, []);
        var more = all.Count > RuleResult.MostFindings ? $" Only the worst {RuleResult.MostFindings} are told, of equals the newest." : "";
        return new(Id, RuleOutcome.Fail, $"{all.Count} {(all.Count == 1 ? "finding" : "findings")}, first: {all[0].Headline}.{more}",
            [.. all.Take(RuleResult.MostFindings)])
        {
            Untold = [.. all.Skip(RuleResult.MostFindings).Select(finding => finding.Subject)],
        };
    }

    public RuleResult NotEvaluable(string because) => new(Id, RuleOutcome.NotEvaluable, because, []);

    public Finding Finding(
        string subject, Severity severity, string headline, string summary, DateTimeOffset since, params IReadOnlyList<string> evidence) =>
        new()
        {
            Rule = Id,
            Subject = subject,
            Severity = severity,
            Headline = headline,
            Summary = summary,
            Since = since,
            Steps = Steps,
            Evidence = evidence,
        };
}

/// <summary>A rule over credentials, people and what they did: a pure function of what is known.</summary>
public interface IPostureRule
{
    RuleSheet Sheet { get; }

    RuleResult Evaluate(PostureEvidence evidence);
}
