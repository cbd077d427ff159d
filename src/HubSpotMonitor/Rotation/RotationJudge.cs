using System.Globalization;
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
    /// <summary>
    /// HubSpot lets an old secret live for seven days at most; so who rotated
    /// asks within days, and a rotation that is older was probably another one.
    /// </summary>
    private static readonly TimeSpan RotatedLately = TimeSpan.FromDays(30);

    /// <param name="portal">The account.</param>
    /// <param name="credential">What is said to have been rotated.</param>
    /// <param name="seen">The last proof that saw the old secret work; null: none did.</param>
    /// <param name="claim">What is claimed of it.</param>
    /// <param name="older">What HubSpot says of the old secret.</param>
    /// <param name="newer">What it says of the new one.</param>
    /// <param name="now">The time of the proof.</param>
    public static RotationProof Judge(
        long portal, Credential credential, RotationProof? seen, RotationClaim claim, SecretView older, SecretView newer, DateTimeOffset now)
    {
        var app = AppOf(credential);
        // HubSpot does not tell whose a dead secret was. What it told while it lived still holds.
        var known = older with { App = older.App ?? seen?.AppId };
        var verdict = VerdictOf(portal, app, seen is not null, known, newer);
        // The rotation that brought the old one is over, and is not the one that replaced it.
        var before = seen is not null && IsNewOf(seen, claim.Old) ? seen.At : DateTimeOffset.MinValue;
        var isOfThisKey = (app is not null && newer.App == app) || (credential.RotatedAt > now - RotatedLately && credential.RotatedAt > before);
        var (oldMark, newMark) = (Keys.SecretMark(claim.Old), Keys.SecretMark(claim.New));
        return new()
        {
            Id = Keys.RotationProofId(credential.Id, oldMark, newMark, now),
            Portal = portal,
            Credential = credential.Id,
            OldFingerprint = Fingerprint.Of(claim.Old),
            NewFingerprint = Fingerprint.Of(claim.New),
            OldMark = oldMark,
            NewMark = newMark,
            OldAnswer = older.Answer,
            NewAnswer = newer.Answer,
            AppId = newer.App,
            Verdict = verdict,
            Says = Sentence(verdict, portal, app, isOfThisKey, known, newer),
            By = claim.By,
            At = now,
        };
    }

    /// <summary>Whether a proof saw a secret work, as the old one or, a rotation earlier, as the new one.</summary>
    public static bool SawAlive(RotationProof proof, string secret) => proof.Verdict switch
    {
        RotationVerdict.OldStillWorks => IsMarked(secret, proof.OldMark, proof.OldFingerprint) || IsNewOf(proof, secret),
        RotationVerdict.Proven or RotationVerdict.OldNeverSeen => IsNewOf(proof, secret),
        _ => false, // whatever else lived did so elsewhere, or nobody knows where
    };

    private static bool IsNewOf(RotationProof proof, string secret) => IsMarked(secret, proof.NewMark, proof.NewFingerprint);

    // Proofs of older versions have no mark.
    private static bool IsMarked(string secret, string? mark, string fingerprint) =>
        mark is null ? Fingerprint.Of(secret) == fingerprint : Keys.SecretMark(secret) == mark;

    // The app that the inventory takes the credential for; null: it is none, or nobody knows.
    private static long? AppOf(Credential credential) =>
        credential.Kind is CredentialKind.LegacyPrivateApp or CredentialKind.ProjectApp
            && long.TryParse(credential.ObjectId, NumberStyles.None, CultureInfo.InvariantCulture, out var app)
            ? app
            : null;

    private static RotationVerdict VerdictOf(long portal, long? app, bool wasSeen, SecretView older, SecretView newer)
    {
        if (newer.Answer == SecretAnswer.Refused) return RotationVerdict.NewRefused;
        // Without HubSpot's word whose the new one is, it proves nothing about this account.
        if (!IsEnough(older, newer)) return RotationVerdict.Undecided;
        if (newer.Portal != portal || (older.Portal is { } home && home != portal)) return RotationVerdict.OtherPortal;
        if (older.App is { } before && newer.App is { } after && before != after) return RotationVerdict.OtherApp;
        // HubSpot does not document that the id in its activity log is the app's number.
        if (app is { } taken && newer.App is { } named && taken != named) return RotationVerdict.Undecided;
        if (older.Lives) return RotationVerdict.OldStillWorks;
        return wasSeen ? RotationVerdict.Proven : RotationVerdict.OldNeverSeen;
    }

    // An old one that lives who knows where would be taken later for one that was seen to work here.
    private static bool IsEnough(SecretView older, SecretView newer) =>
        newer.Answer != SecretAnswer.Unknown
            && older.Answer != SecretAnswer.Unknown
            && newer.Portal is not null
            && !(older.Lives && older.Portal is null);

    private static string Sentence(
        RotationVerdict verdict, long portal, long? app, bool isOfThisKey, SecretView older, SecretView newer) =>
        verdict switch
        {
            RotationVerdict.Proven when isOfThisKey =>
                "The old secret, which was seen to work before, is refused, and the new one works: the rotation is done.",
            RotationVerdict.Proven =>
                "The old secret, which was seen to work before, is refused, and the new one works. That the new one is this key's rests on the word of who asked: HubSpot does not tell, and no rotation that could be this one is known of this key from the last 30 days.",
            RotationVerdict.OldNeverSeen =>
                "The old secret is refused and the new one works, but the old one was never seen to work here: this shows that the new one lives, not that the old one was this key's. After \"expire now\" no more can be shown. Where the old one may live on, ask once before it ends, and again when it is dead.",
            // HubSpot's dialog offers both (knowledge base, "Rotate your private app access token").
            RotationVerdict.OldStillWorks =>
                "The new secret works, but the old one still works too. If you chose \"expire later\", it dies by itself within 7 days; if you want it dead now, choose \"expire now\" in HubSpot. Then ask for this proof again.",
            RotationVerdict.NewRefused when older.Lives =>
                "The new secret is refused while the old one still works: is it copied whole? Nothing that uses the old one is cut off yet.",
            RotationVerdict.NewRefused when older.Answer == SecretAnswer.Unknown =>
                "The new secret is refused; whether the old one still works could not be learned now. Copy the new one from HubSpot again, and ask once more.",
            RotationVerdict.NewRefused =>
                "Both secrets are refused: what used the old one is cut off, and the new one does not help. Copy it from HubSpot again.",
            RotationVerdict.OtherPortal =>
                $"The secrets do not both belong to account {portal}: HubSpot says {Place(older)} of the old and {Place(newer)} of the new one.",
            RotationVerdict.OtherApp =>
                $"The two secrets belong to different apps ({older.App} and {newer.App}): the old one was not rotated into the new one.",
            RotationVerdict.Undecided when IsEnough(older, newer) =>
                $"HubSpot names app {newer.App} of the new secret, where this credential is taken for app {app}: look which of the two is right.",
            _ => "HubSpot's answers do not tell enough now: it could not be reached, or does not say whose a secret is. Ask again in some minutes.",
        };

    private static string Place(SecretView secret) => secret.Portal is { } portal ? $"account {portal}" : "no account";
}
