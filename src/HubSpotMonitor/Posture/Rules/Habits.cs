using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules;

/// <summary>What people usually do, so that the unusual can be told.</summary>
internal static class Habits
{
    /// <summary>From fewer events nobody's hours can be told.</summary>
    private const int EventsNeeded = 30;

    /// <summary>An hour that with those around it has had less than this share of somebody's events is not theirs.</summary>
    private const double RareShare = 0.02;

    /// <summary>Whoever logged in works on for hours, and nothing more need be seen of them.</summary>
    private const int HoursAfter = 4;

    private const int HoursBefore = 1;

    /// <summary>
    /// A long list of users is read once a day. An older one is not believed:
    /// else whoever takes the scope away settles for good who counts as powerful.
    /// </summary>
    private static readonly TimeSpan AdminsBelieved = TimeSpan.FromHours(48);

    private static readonly TimeSpan ShortestAbsence = TimeSpan.FromDays(90);

    public static UserTrack? Of(AccessLedger ledger, ActivityEvent item) => Who.Key(item) is { } key ? ledger.Users.GetValueOrDefault(key) : null;

    /// <returns>Why the history is too short to call anything new; null: it is long enough.</returns>
    public static string? StillLearning(DateTimeOffset? since, PostureEvidence evidence)
    {
        var needed = TimeSpan.FromDays(evidence.Options.LearnDays);
        if (since is { } first && evidence.Now - first >= needed) return null;
        return since is null
            ? "There is no history yet to compare with."
            : $"The history is {Words.Duration(evidence.Now - since.Value)} long; from {evidence.Options.LearnDays} days on it can be told what is new.";
    }

    /// <summary>Not a time at which this person is seen; for people that are hardly known, the account's night.</summary>
    public static bool IsOddHour(PostureEvidence evidence, ActivityEvent item)
    {
        if (Of(evidence.Before, item) is { } track && track.Hours.Sum() is >= EventsNeeded and var total)
        {
            var hour = item.At.UtcDateTime.Hour;
            var around = Enumerable.Range(hour + UserTrack.HoursOfDay - HoursAfter, HoursAfter + 1 + HoursBefore)
                .Sum(near => track.Hours[near % UserTrack.HoursOfDay]);
            return around < RareShare * total;
        }
        var local = evidence.Clock.Local(item.At).Hour;
        var (from, to) = (evidence.Options.NightFrom, evidence.Options.NightTo);
        return from <= to ? local >= from && local < to : local >= from || local < to;
    }

    /// <summary>A country that this person was not seen in of late. Somebody who was never seen anywhere has no habit.</summary>
    public static bool IsNewCountry(AccessLedger before, ActivityEvent item, TimeSpan memory)
    {
        if (!Countries.IsCode(item.Country) || Of(before, item) is not { } track) return false;
        // What is told of a drain days later may be folded by then, and is not known by itself.
        var earlier = track.Countries.Where(seen => seen.First < item.At).ToList();
        return earlier.Count > 0 && !earlier.Exists(seen => seen.Country == item.Country && item.At - seen.Last <= memory);
    }

    public static bool IsNewCountry(PostureEvidence evidence, ActivityEvent item) =>
        IsNewCountry(evidence.Before, item, evidence.Options.CountryMemory);

    /// <summary>
    /// A super admin, or somebody who makes keys. While users cannot be read the list of
    /// super admins of the last two days tells; where there is none, everybody counts as one.
    /// </summary>
    public static bool IsPowerful(PostureEvidence evidence, ActivityEvent item)
    {
        if (MakesKeys(evidence, item) || IsSuperAdmin(evidence, item)) return true;
        return evidence.Snapshot.Users is null && !(evidence.Now - evidence.Snapshot.Admins?.At <= AdminsBelieved);
    }

    /// <summary>
    /// On HubSpot's list of users, or while that cannot be read on the last list that was, however old: for what everybody does now and then.
    /// </summary>
    public static bool IsSuperAdmin(PostureEvidence evidence, ActivityEvent item) => SuperAdminOf(evidence, item) is not null;

    /// <summary>Somebody who ever made a key. To connect an app makes none.</summary>
    public static bool MakesKeys(PostureEvidence evidence, ActivityEvent item) =>
        Of(evidence.After, item)?.Made.Any(made => made.Kind != CredentialKind.OAuthGrant) == true;

    /// <summary>
    /// A super admin of whom nothing was seen for as long as makes a user inactive, but how they got in, and whom nobody let in meanwhile: to
    /// somebody who was seen nowhere no country is new. Both histories must be as long, or everybody would be back after long.
    /// </summary>
    public static bool IsBackAfterLong(PostureEvidence evidence, ActivityEvent login)
    {
        var since = login.At - AwayFor(evidence.Options);
        if (!evidence.HasSecurityHistory || !(evidence.Before.SecuritySince <= since) || !(evidence.Before.LoginsSince <= since)) return false;
        if (SuperAdminOf(evidence, login) is not { } id) return false;
        var isNew = evidence.After.Users.GetValueOrDefault(Who.Key(id))?.LetInAt >= since
            || evidence.Snapshot.Raised.Any(raise => raise.User == id && raise.Until >= since);
        return !isNew && !SeenSince(evidence, id, MailOf(evidence, id), since, login);
    }

    /// <summary>
    /// Whoever comes back without the old password begins with these, and so does a thief who can read the mail of somebody away: they are no sign
    /// that a person was here before.
    /// </summary>
    public static bool IsWayIn(string type) => type is "CHANGE_PASSWORD" or "ADD_TWO_FACTOR_AUTHENTICATION" or UserTrack.PasskeyAdded;

    /// <summary>The address, or <c>user 876</c>, of the super admin whom an event is about, as those lists tell; null: it is about none.</summary>
    public static string? SuperAdminNamed(PostureEvidence evidence, ActivityEvent item)
    {
        var admins = evidence.Snapshot.Users is { } users
            ? users.Where(user => user.SuperAdmin).Select(user => user.Id)
            : evidence.Snapshot.Admins?.Users ?? [];
        return admins.Where(id => Who.Key(id) == item.ObjectId).Select(id => MailOf(evidence, id) ?? Who.UserName(id)).FirstOrDefault();
    }

    /// <summary>As long as makes a user inactive; a holiday is no absence, however early users are called inactive.</summary>
    public static TimeSpan AwayFor(PostureOptions options) => options.InactiveAfter > ShortestAbsence ? options.InactiveAfter : ShortestAbsence;

    private static long? SuperAdminOf(PostureEvidence evidence, ActivityEvent item)
    {
        if (evidence.Snapshot.Users is { } users) return users.FirstOrDefault(user => user.SuperAdmin && Is(user.Id, user.Email, item))?.Id;
        return evidence.Snapshot.Admins?.Users.Where(id => Is(id, MailOf(evidence, id), item)).Select(id => (long?)id).FirstOrDefault();
    }

    // The list of users tells today's address, events that of their time.
    private static string? MailOf(PostureEvidence evidence, long id) =>
        evidence.Snapshot.Users?.FirstOrDefault(user => user.Id == id)?.Email ?? evidence.After.Users.GetValueOrDefault(Who.Key(id))?.Mail;

    private static bool SeenSince(PostureEvidence evidence, long id, string? mail, DateTimeOffset since, ActivityEvent before) =>
        Of(evidence.Before, before)?.LastSeen >= since
        || evidence.Before.Users.Values.Any(track => track.LastSeen >= since
            && (track.Key == Who.Key(id) || (mail is not null && Who.IsSame(track.Mail, mail))))
        || evidence.Recent.Any(item => item.At < before.At && item.Type != ActivityEvent.LoginFailed && !IsWayIn(item.Type) && Is(id, mail, item));

    private static bool Is(long id, string? mail, ActivityEvent item) =>
        id == item.UserId || (item.User is not null && string.Equals(mail, item.User, StringComparison.OrdinalIgnoreCase));
}
