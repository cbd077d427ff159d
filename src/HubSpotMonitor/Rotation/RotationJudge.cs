using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Rotation;

/// <summary>What somebody claims: this secret was replaced by that one.</summary>
/// <param name="Old">A secret.</param>
/// <param name="New">A secret.</param>
/// <param name="By">Who claims it.</param>
public sealed record RotationClaim(string Old, string New, string By)
{
    public override string ToString() => nameof(RotationClaim);
}

/// <summary>What HubSpot says of one secret.</summary>
/// <param name="Answer">Whether it works.</param>
/// <param name="Portal">The account it opens, where HubSpot says so.</param>
/// <param name="App">The app it belongs to, where HubSpot says so.</param>
internal sealed record SecretView(SecretAnswer Answer, long? Portal, long? App)
{
    public bool Lives => Answer is SecretAnswer.Works or SecretAnswer.WorksWithoutScope;
}

/// <summary>What two answers of HubSpot's prove.</summary>
internal static class RotationJudge
{
    /// <param name="portal">The account.</param>
    /// <param name="credential">The credential's id.</param>
    /// <param name="app">The app that the credential is taken for; null: it is none, or nobody knows.</param>
    /// <param name="claim">What is claimed of it.</param>
    /// <param name="older">What HubSpot says of the old secret.</param>
    /// <param name="newer">What it says of the new one.</param>
    /// <param name="now">The time of the proof.</param>
    public static RotationProof Judge(long portal, string credential, long? app, RotationClaim claim, SecretView older, SecretView newer, DateTimeOffset now)
    {
        var verdict = VerdictOf(portal, app, older, newer);
        var (oldFingerprint, newFingerprint) = (Fingerprint.Of(claim.Old), Fingerprint.Of(claim.New));
        return new()
        {
            Id = Keys.RotationProofId(credential, oldFingerprint, newFingerprint, now),
            Portal = portal,
            Credential = credential,
            OldFingerprint = oldFingerprint,
            NewFingerprint = newFingerprint,
            OldAnswer = older.Answer,
            NewAnswer = newer.Answer,
            AppId = newer.App,
            Verdict = verdict,
            Says = Sentence(verdict, portal, app, older, newer),
            By = claim.By,
            At = now,
        };
    }

    private static RotationVerdict VerdictOf(long portal, long? app, SecretView older, SecretView newer)
    {
        if (newer.Answer == SecretAnswer.Refused) return RotationVerdict.NewRefused;
        // Without HubSpot's word whose the new one is, it proves nothing about this account.
        if (!IsEnough(older, newer)) return RotationVerdict.Undecided;
        if (newer.Portal != portal || (older.Portal is { } home && home != portal)) return RotationVerdict.OtherPortal;
        if (older.App is { } before && newer.App is { } after && before != after) return RotationVerdict.OtherApp;
        // HubSpot does not document that the id in its activity log is the app's number.
        if (app is { } taken && newer.App is { } named && taken != named) return RotationVerdict.Undecided;
        return older.Lives ? RotationVerdict.OldStillWorks : RotationVerdict.Proven;
    }

    private static bool IsEnough(SecretView older, SecretView newer) => newer.Answer != SecretAnswer.Unknown && older.Answer != SecretAnswer.Unknown && newer.Portal is not null;

    private static string Sentence(RotationVerdict verdict, long portal, long? app, SecretView older, SecretView newer) => verdict switch
    {
        RotationVerdict.Proven => "The old secret is refused and the new one works: the rotation is done.",
        // HubSpot's dialog offers both (knowledge base, "Rotate your private app access token").
        RotationVerdict.OldStillWorks => "The new secret works, but the old one still works too. If you chose \"expire later\", it dies by itself within 7 days; if you want it dead now, choose \"expire now\" in HubSpot. Then ask for this proof again.",
        RotationVerdict.NewRefused when older.Lives => "The new secret is refused while the old one still works: is it copied whole? Nothing that uses the old one is cut off yet.",
        RotationVerdict.NewRefused when older.Answer == SecretAnswer.Unknown => "The new secret is refused; whether the old one still works could not be learned now. Copy the new one from HubSpot again, and ask once more.",
        RotationVerdict.NewRefused => "Both secrets are refused: what used the old one is cut off, and the new one does not help. Copy it from HubSpot again.",
        RotationVerdict.OtherPortal => $"The secrets do not both belong to account {portal}: HubSpot says {Place(older)} of the old and {Place(newer)} of the new one.",
        RotationVerdict.OtherApp => $"The two secrets belong to different apps ({older.App} and {newer.App}): the old one was not rotated into the new one.",
        RotationVerdict.Undecided when IsEnough(older, newer) => $"HubSpot names app {newer.App} of the new secret, where this credential is taken for app {app}: look which of the two is right.",
        _ => "HubSpot's answers do not tell enough now: it could not be reached, or does not say whose the new secret is. Ask again in some minutes.",
    };

    private static string Place(SecretView secret) => secret.Portal is { } portal ? $"account {portal}" : "no account";
}
