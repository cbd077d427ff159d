using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Keys;

internal sealed class SecretOutOfPlaceRule : IPostureRule
{
    /// <summary>So many different ones within a day from one place can be keys that got there by mistake. More are made up.</summary>
    private const int MostBelieved = 3;

    private const int MostEvidence = 20;

    public RuleSheet Sheet { get; } = new()
    {
        Id = "secret-out-of-place",
        Title = "Secret where none belongs",
        Severity = Severity.Critical,
        Section = 3,
        Needs = [AccessSource.SecurityActivity],
        Helps = [AccessSource.Webhooks, AccessSource.Registry],
        Sees = "A HubSpot secret stands in something that passes through the monitor, such as a webhook's body or the access registry: Critical, one finding for each place, shown and kept as a fingerprint only. More than three different ones within a day in one place are High, unless the monitor's own key is among them. (One in a setting of the monitor's own where none belongs stops its start.) Somebody added a secret to a serverless function in HubSpot: Medium. A token, service key or personal access key was deactivated and nobody is named who did it: Critical, since HubSpot deactivates by itself what it finds in public repositories (not a week after a rotation, when the old secret ends).",
        Why = "A secret in a text is read by everybody who reads the text, is copied into backups and logs, and outlives the file.",
        Steps =
        [
            "Rotate the secret that the fingerprint names, with \"expire now\": it must be taken for known.",
            "Take it out of the place named here, and out of its history.",
            "Put it where secrets belong, such as a key vault, and let the system read it from there.",
        ],
        BeSure = "Compare the last four letters of the fingerprint with the keys in HubSpot; the pattern has no other use than HubSpot's keys, but anybody can write one down: who may write in that place?",
        FalseAlarms =
            "An example in a document that was never a real key, or invented texts in a form that is open to all; a secret in a function that is meant to be there and that few can read.",
        Good = "No secret was seen where none belongs.",
        Maps = "NHI2",
    };

    // What the monitor itself saw needs no source of HubSpot's.
    public RuleResult Evaluate(PostureEvidence evidence) => evidence.Secrets.Count > 0
        ? (Sheet with { Needs = [] }).Judge(evidence, Seen(evidence).Concat(InFunctions(evidence)).Concat(Leaked(evidence)))
        : Sheet.Judge(evidence, InFunctions(evidence).Concat(Leaked(evidence)));

    // One for each place, not for each text: anybody can write invented ones into a public form.
    private IEnumerable<Finding> Seen(PostureEvidence evidence) =>
        evidence.Secrets.GroupBy(secret => secret.Where).Select(place => Seen(place.Key, [.. place], evidence.Snapshot.Own?.Fingerprint));

    private Finding Seen(string place, IReadOnlyList<SecretSighting> secrets, string? own)
    {
        var isOwnThere = secrets.Any(secret => string.Equals(secret.Fingerprint, own, StringComparison.OrdinalIgnoreCase));
        // The one that is most certainly a key first: the others must not hide it.
        var prints = secrets.Select(secret => secret.Fingerprint)
            .Distinct()
            .OrderByDescending(print => string.Equals(print, own, StringComparison.OrdinalIgnoreCase))
            .ThenBy(print => print, StringComparer.Ordinal)
            .ToList();
        var areMany = prints.Count > MostBelieved;
        var names = areMany
            ? $"{prints.Count} different texts that look like secrets, {string.Join(", ", prints.Take(MostBelieved))} among them,"
            : string.Join(" and ", prints);
        var (stand, them) = prints.Count == 1 ? ("stands", "it") : ("stand", "them");
        var (severity, headline, hint) = (isOwnThere, areMany) switch
        {
            (true, _) => (Severity.Critical, $"What looks like the monitor's own key stands in {place}", $" {own} looks like the monitor's own key."),
            (false, true) => (Severity.High, $"Texts that look like secrets stand in {place}",
                " So many are rather invented than lost; compare them with the keys in HubSpot."),
            (false, false) => (Severity.Critical, $"A secret stands in {place}", ""),
        };
        return Sheet.Finding(place, severity, headline, $"{names} {stand} in {place}, where everybody who reads it can take {them}.{hint}",
            secrets.Min(secret => secret.At), [.. secrets.Select(secret => secret.Evidence).OfType<string>().Take(MostEvidence)]) with
        {
            // Who knows of an invented one has not taken the real one that follows. Of many only the monitor's own: anybody can invent more.
            NewestEvent = !areMany ? string.Join('|', prints) : isOwnThere ? prints[0] : null,
        };
    }

    // developers.hubspot.com, changelog "Automatic deactivation of exposed tokens".
    private IEnumerable<Finding> Leaked(PostureEvidence evidence) =>
        evidence.Today(IsDeactivation)
            .Where(item => Who.Key(item) is null && !IsOldSecretsEnd(item, evidence))
            .ByObject()
            .Select(group => Sheet.Finding(group.Subject, Severity.Critical,
                $"{evidence.CredentialOf(group.Last)?.Name ?? "A token"} was deactivated by HubSpot: it was probably found in public",
                $"{group.Types}, and nobody is named who did it. HubSpot deactivates tokens that it finds in public repositories; whoever found it before had what its scopes allow.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            });

    // "Expire later" ends the old secret seven days after a rotation; who is named
    // then is not documented. A secret is sometimes rotated twice within a week.
    private static bool IsOldSecretsEnd(ActivityEvent item, PostureEvidence evidence)
    {
        return evidence.CredentialOf(item) is { } one
            && (IsAWeekBefore(one.RotatedAt)
                || one.History.Any(note => ActivityTypes.ActOf(note.What) == CredentialAct.Rotated && IsAWeekBefore(note.At)));

        bool IsAWeekBefore(DateTimeOffset? rotated) => item.At - rotated is { TotalDays: >= 6 and <= 8 };
    }

    private static bool IsDeactivation(string type) =>
        ActivityTypes.MeaningOf(type) is
            (CredentialKind.LegacyPrivateApp or CredentialKind.ServiceKey or CredentialKind.PersonalAccessKey, CredentialAct.Ended);

    private IEnumerable<Finding> InFunctions(PostureEvidence evidence) =>
        evidence.Today(type => type == ActivityTypes.SecretInFunction)
            .ByObject()
            .Select(group => Sheet.Finding(group.Subject, Severity.Medium, "A secret was added to a serverless function",
                $"{group.People} added a secret to a serverless function{group.From}; whoever may edit it may use the secret.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            });
}
