using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Posture.CredentialMatch;

namespace HubSpotMonitor.Posture;

/// <summary>
/// One record per credential or app, put together from events, from what HubSpot tells of the monitor's own token, from its list of SMTP tokens, from
/// the registry and from webhooks, which name the app that changed a record. What belongs together is found by HubSpot's number and kind; private app
/// and project app count as one kind there, since their events bear the same names. A registered entry without a number is found by kind alone for
/// the account's one API key, by its owner for a personal access key, and by its name among SMTP tokens' campaigns; any other stays "never seen". Of
/// a service key that the monitor itself holds HubSpot tells no number: it is taken from the registry's entry that names the monitor among its
/// consumers.
/// </summary>
public static class Inventory
{
    /// <summary>The monitor's name among the consumers of a registered entry.</summary>
    private const string Monitor = "HubSpotMonitor";

    /// <summary>What changed a record within it is in use.</summary>
    private static readonly TimeSpan WritersKept = TimeSpan.FromDays(28);

    /// <summary>Who changes records so much later than its end was told has not ended; changes are known to ten minutes.</summary>
    private static readonly TimeSpan AfterItsEnd = TimeSpan.FromHours(1);

    /// <summary>From the beginning of a day in UTC until it is over everywhere.</summary>
    private static readonly TimeSpan DayAnywhere = TimeSpan.FromHours(36);

    public static IReadOnlyList<Credential> Build(
        AccessLedger ledger, AccessSnapshot snapshot, PortalRegistry? registry, IEnumerable<EventProfile> writers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(snapshot);
        var found = ledger.Credentials.Values.Select(FromTrack).ToDictionary(one => one.Id, StringComparer.Ordinal);
        AddSmtp(found, snapshot);
        AddOwn(found, snapshot, registry, now);
        if (registry is not null) AddRegistered(found, registry, snapshot.Users);
        AddWriters(found, writers, now);
        if (registry is not null) EndRegistered(found, registry, snapshot, now);
        return [.. found.Values.OrderBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Since when there is such a credential, as far as is known: findings are put in order by it. What no event made was there before the history
    /// begins, unless only webhooks tell of it.
    /// </summary>
    public static DateTimeOffset KnownSince(Credential credential, PostureEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(evidence);
        var seenSince = credential.History.Count > 0 ? credential.History[0].At
            : credential.Kind == CredentialKind.Unknown ? credential.WritesSince
            : evidence.After.SecuritySince;
        return credential.CreatedAt ?? seenSince ?? evidence.Now;
    }

    private static Credential FromTrack(CredentialTrack track) => new()
    {
        Id = track.Key,
        Kind = track.Kind,
        Name = track.ObjectId is null && track.History is [.., { By: { } person }]
            ? $"{Credential.NameOf(track.Kind, null)} of {person}"
            : Credential.NameOf(track.Kind, track.ObjectId),
        ObjectId = track.ObjectId,
        Status = track.HasEnded ? CredentialStatus.Ended : CredentialStatus.Active,
        CreatedAt = track.Created?.At,
        CreatedBy = track.Created?.By,
        CreatedById = track.Created?.UserId,
        RotatedAt = track.Rotated?.At,
        Revealed = track.Revealed,
        LastSeenAt = track.History.Count == 0 ? null : track.History[^1].At,
        History = track.History,
    };

    // HubSpot lists these: what is not in the list any more has ended, whatever the events say.
    private static void AddSmtp(Dictionary<string, Credential> found, AccessSnapshot snapshot)
    {
        if (snapshot.SmtpTokens is not { } tokens) return;
        var listed = tokens.ToDictionary(token => Credential.IdOf(CredentialKind.SmtpToken, token.Id), StringComparer.Ordinal);
        foreach (var gone in found.Values
            .Where(one => one is { Kind: CredentialKind.SmtpToken, ObjectId: not null } && !listed.ContainsKey(one.Id)).ToList())
        {
            found[gone.Id] = gone with { Status = CredentialStatus.Ended };
        }
        foreach (var (key, token) in listed)
        {
            var known = found.GetValueOrDefault(key)
                ?? new Credential { Id = key, Kind = CredentialKind.SmtpToken, Name = "", ObjectId = token.Id, Status = CredentialStatus.Active };
            found[key] = known with
            {
                Name = token.Campaign is null ? Credential.NameOf(CredentialKind.SmtpToken, token.Id) : $"SMTP token of {token.Campaign}",
                Status = CredentialStatus.Active,
                CreatedAt = token.CreatedAt ?? known.CreatedAt,
                CreatedBy = token.CreatedBy ?? known.CreatedBy,
            };
        }
    }

    private static void AddOwn(Dictionary<string, Credential> found, AccessSnapshot snapshot, PortalRegistry? registry, DateTimeOffset now)
    {
        if (snapshot.Own is not { } own) return;
        // What is kept of the last answer is no sign of life now.
        var isAnswered = !snapshot.Sources.Any(state => state is { Source: AccessSource.OwnToken, Access: SourceAccess.Failed });
        var number = own.AppId is { } app ? Who.Key(app) : RegisteredNumber(own, registry, found);
        var known = number is null ? null : found.Values.FirstOrDefault(one => one.ObjectId == number && AreOneKind(one.Kind, own.Kind));
        known ??= new Credential
        {
            Id = Credential.IdOf(own.Kind, number ?? own.Fingerprint),
            Kind = own.Kind,
            Name = Credential.NameOf(own.Kind, number ?? own.Fingerprint),
            ObjectId = number,
            Status = CredentialStatus.Active,
            CreatedBy = own.UserId is { } user ? snapshot.Users?.FirstOrDefault(one => one.Id == user)?.Email ?? Who.UserName(user) : null,
            CreatedById = own.UserId,
        };
        found[known.Id] = known with
        {
            IsOwn = true,
            Kind = own.Kind == CredentialKind.Unknown ? known.Kind : own.Kind,
            Purpose = $"{Monitor} itself",
            Scopes = own.Scopes,
            Status = own.IsActive ? CredentialStatus.Active : CredentialStatus.Ended,
            LastSeenAt = own.IsActive && isAnswered ? now : known.LastSeenAt,
        };
    }

    // Where two entries name the monitor nobody knows which of them is meant. A token that is
    // dead does not end a key that lives, nor does one that lives wake a key that has ended.
    private static string? RegisteredNumber(TokenGrant own, PortalRegistry? registry, Dictionary<string, Credential> found)
    {
        if (!own.IsActive) return null;
        var meant = registry?.Credentials.Where(entry => entry is { ObjectId: not null, Ended: null } && AreOneKind(entry.Kind, own.Kind)
            && entry.Consumers.Contains(Monitor, StringComparer.OrdinalIgnoreCase)
            && !found.Values.Any(one => one.Status == CredentialStatus.Ended && one.ObjectId == entry.ObjectId && AreOneKind(one.Kind, entry.Kind)));
        return meant?.ToList() is [var only] ? only.ObjectId : null;
    }

    private static void AddRegistered(Dictionary<string, Credential> found, PortalRegistry registry, IReadOnlyList<AccountUser>? users)
    {
        foreach (var entry in registry.Credentials)
        {
            var seen = found.Values.Where(one => one.RegisteredAs is null && Matches(one, entry, users))
                .OrderBy(one => one.Id, StringComparer.Ordinal)
                .FirstOrDefault();
            var known = seen ?? new Credential
            {
                Id = Credential.IdOfEntry(entry.Id),
                Kind = entry.Kind,
                Name = "",
                ObjectId = entry.ObjectId,
                Status = CredentialStatus.NeverSeen,
            };
            found[known.Id] = known with
            {
                RegisteredAs = entry.Id,
                Kind = entry.Kind,
                Name = entry.Name ?? entry.Id,
                Owner = entry.Owner,
                Purpose = entry.Purpose ?? known.Purpose,
                Consumers = entry.Consumers,
                NeededScopes = entry.NeededScopes,
                AgeLimit = entry.AgeLimit,
                // HubSpot's events know the minute, the registry knows what lies before them.
                CreatedAt = known.CreatedAt ?? Start(entry.Created),
                RotatedAt = Later(known.RotatedAt, Start(entry.Rotated)),
            };
        }
    }

    // An app that changed a record is alive, whatever else is known of it. Its kind HubSpot does not tell: there the number alone must do.
    private static void AddWriters(Dictionary<string, Credential> found, IEnumerable<EventProfile> writers, DateTimeOffset now)
    {
        foreach (var app in writers.Where(writer => writer.Peaks.Count > 0).GroupBy(writer => ChangeSource.AppId(writer.Source)))
        {
            if (app.Key is null) continue; // a person, an import, or an integration that is not named
            var lastAt = app.Max(writer => writer.Peaks.Max(peak => peak.At));
            if (lastAt < now - WritersKept) continue;
            var known = found.Values.Where(one => one.ObjectId == app.Key && IsApp(one.Kind)).OrderBy(one => one.Id, StringComparer.Ordinal).ToList();
            if (known.Count == 0)
            {
                known.Add(new()
                {
                    Id = Credential.IdOf(CredentialKind.Unknown, app.Key),
                    Kind = CredentialKind.Unknown,
                    Name = Credential.NameOf(CredentialKind.Unknown, app.Key),
                    ObjectId = app.Key,
                    Status = CredentialStatus.Active,
                });
            }
            foreach (var one in known)
            {
                found[one.Id] = one with
                {
                    LastSeenAt = Later(one.LastSeenAt, lastAt),
                    LastWroteAt = lastAt,
                    WritesSince = new(app.Min(writer => writer.FirstDay).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero),
                    Status = one.Status == CredentialStatus.NeverSeen || lastAt > one.LastSeenAt + AfterItsEnd ? CredentialStatus.Active : one.Status,
                };
            }
        }
    }

    // For what no event tells. What acts after that day has not ended, whatever is written: somebody may use what was to be gone.
    private static void EndRegistered(Dictionary<string, Credential> found, PortalRegistry registry, AccessSnapshot snapshot, DateTimeOffset now)
    {
        foreach (var entry in registry.Credentials)
        {
            if (Start(entry.Ended) is not { } day || day > now) continue;
            var known = found.Values.First(one => one.RegisteredAs == entry.Id);
            // What HubSpot itself answers and lists today is more than a note.
            if (!known.IsOwn && !IsListed(known, snapshot) && !LivedAfter(known, day))
                found[known.Id] = known with { Status = CredentialStatus.Ended };
        }
    }

    private static bool IsListed(Credential one, AccessSnapshot snapshot) =>
        one.Kind == CredentialKind.SmtpToken && snapshot.SmtpTokens?.Any(token => token.Id == one.ObjectId) == true;

    // What is made anew under its former number, or has none, may be so on the
    // day of its end. Anything else that was made on that day was made before it.
    private static bool LivedAfter(Credential one, DateTimeOffset day) =>
        one.CreatedAt > (one.Kind is CredentialKind.OAuthGrant or CredentialKind.PersonalAccessKey or CredentialKind.ApiKey ? day : day + DayAnywhere)
        || one.LastWroteAt > day + DayAnywhere
        || one.History.Any(item => item.At > day + DayAnywhere && ActivityTypes.ActOf(item.What) != CredentialAct.Ended);

    private static DateTimeOffset? Start(DateOnly? day) => day is { } date ? new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
