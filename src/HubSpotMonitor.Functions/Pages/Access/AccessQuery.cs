using System.Globalization;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Access;

/// <summary>What the reader of a page about access wants to see; all of it stands in the address, so that a link keeps it.</summary>
/// <param name="Portal">Null: all accounts.</param>
/// <param name="Kind">Null: all kinds of credentials.</param>
/// <param name="Outcome">Null: all rules, whatever they say.</param>
/// <param name="Text">Part of a name, owner or rule.</param>
public sealed record AccessQuery(long? Portal, CredentialKind? Kind, RuleOutcome? Outcome, string Text)
{
    /// <summary>What cannot be read asks for nothing: a page is no form to be refused. The API refuses it.</summary>
    public static AccessQuery Of(IQueryCollection parameters, IReadOnlyList<Portal> portals)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _ = WordQuery.TryRead<CredentialKind>(parameters, "kind", out var kind);
        _ = WordQuery.TryRead<RuleOutcome>(parameters, "outcome", out var outcome);
        return new(
            PortalQuery.OfPage(parameters, portals),
            kind,
            outcome,
            parameters["q"].ToString().Trim());
    }

    /// <summary>The same question to another address.</summary>
    public string AddressOf(string path, string format)
    {
        (string Name, string? Value)[] asked =
        [
            ("portal", Portal?.ToString(CultureInfo.InvariantCulture)),
            ("kind", Kind?.ToString()),
            ("outcome", Outcome?.ToString()),
            ("q", Text),
            ("format", format),
        ];
        return $"{path}?{string.Join('&', asked.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"))}";
    }

    public bool Wants(Credential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return (Kind is null || credential.Kind == Kind)
            && Holds(credential.Name, credential.Owner, credential.ObjectId, credential.Purpose, string.Join(' ', credential.Consumers));
    }

    public bool Wants(RuleResult result, string title)
    {
        ArgumentNullException.ThrowIfNull(result);
        return (Outcome is null || result.Outcome == Outcome)
            && Holds([title, result.Rule, result.Because, .. result.Findings.Select(finding => finding.Headline)]);
    }

    private bool Holds(params IEnumerable<string?> texts) =>
        Text.Length == 0 || texts.Any(text => text?.Contains(Text, StringComparison.OrdinalIgnoreCase) == true);
}
