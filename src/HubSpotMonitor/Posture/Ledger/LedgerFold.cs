using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Ledger;

/// <summary>One fold under way.</summary>
internal sealed class LedgerFold(AccessLedger before)
{
    /// <summary>Counts of types that this version does not know: whoever sends thousands of invented names must not fill the table.</summary>
    private const string OtherTypes = "OTHER";

    private readonly Dictionary<string, CredentialTrack> _credentials = new(before.Credentials, StringComparer.Ordinal);
    private readonly Dictionary<string, UserTrack> _users = new(before.Users, StringComparer.Ordinal);
    private readonly Dictionary<string, GuardTrack> _guards = new(before.Guards, StringComparer.Ordinal);
    private readonly DailyCounts _days = new(before.Days);
    private readonly HashSet<(ActivityFeed, string)> _taken = [];
    private DateTimeOffset? _securitySince = before.SecuritySince;
    private DateTimeOffset? _loginsSince = before.LoginsSince;

    public void Take(ActivityEvent item)
    {
        if (!_taken.Add((item.Feed, item.Id))) return;
        switch (item.Feed)
        {
            case ActivityFeed.Security:
                TakeSecurity(item);
                break;
            case ActivityFeed.Login:
                TakeLogin(item);
                break;
            case ActivityFeed.Audit:
                TakePerson(item);
                break;
        }
    }

    public AccessLedger Result(DateTimeOffset until) => before with
    {
        FoldedUntil = until > before.FoldedUntil ? until : before.FoldedUntil,
        SecuritySince = _securitySince,
        LoginsSince = _loginsSince,
        Credentials = _credentials,
        Users = _users,
        Guards = _guards,
        Days = _days.ToList(),
    };

    private void TakeSecurity(ActivityEvent item)
    {
        if (!(_securitySince <= item.At)) _securitySince = item.At;
        _days.Count(ActivityTypes.IsKnown(item.Type) ? item.Type : OtherTypes, item.At);
        TakePerson(item);
        TakeSubject(item);
        TakeGuard(item);
        if (KeyOf(item) is not { } key) return;
        if (!_credentials.TryGetValue(key, out var track))
            track = new() { Key = key, Kind = ActivityTypes.MeaningOf(item.Type).Kind, ObjectId = item.ObjectId };
        _credentials[key] = track.With(item);
    }

    private void TakeLogin(ActivityEvent item)
    {
        if (!(_loginsSince <= item.At)) _loginsSince = item.At;
        _days.Count(item.Type == ActivityEvent.LoginSucceeded ? ActivityEvent.LoginSucceeded : ActivityEvent.LoginFailed, item.At);
        if (item.Type == ActivityEvent.LoginSucceeded) TakePerson(item);
    }

    private void TakePerson(ActivityEvent item)
    {
        if (Who.Key(item) is not { } key) return;
        if (!_users.TryGetValue(key, out var track)) track = new() { Key = key };
        _users[key] = track.With(item);
    }

    private void TakeSubject(ActivityEvent item)
    {
        if (UserTrack.KeyOfSubject(item) is not { } key) return;
        if (!_users.TryGetValue(key, out var track)) track = new() { Key = key };
        _users[key] = track.WithAccess(item);
    }

    private void TakeGuard(ActivityEvent item)
    {
        // Of one that no event sets up again the last word would stand for ever.
        if (Guard.Of(item.Type) is not { On.Count: > 0 } guard) return;
        var key = guard.KeyOf(item.ObjectId);
        if (!_guards.TryGetValue(key, out var track)) track = new() { Key = key };
        _guards[key] = track.With(item, guard.Off.Contains(item.Type));
    }

    /// <returns>Null: the event is about no credential.</returns>
    internal static string? KeyOf(ActivityEvent item) => ActivityTypes.MeaningOf(item.Type).Kind switch
    {
        CredentialKind.Unknown => null,
        CredentialKind.ApiKey => Credential.IdOf(CredentialKind.ApiKey, null), // an account has one
        var kind => Credential.IdOf(kind, item.ObjectId ?? Who.Key(item)),
    };
}
