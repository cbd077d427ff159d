using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>
/// Asks who can get into one portal: its users, its SMTP tokens, and what the monitor's own credential may do. Each is a source of its own,
/// so that one that is denied says nothing about the others. Stores nothing, judges nothing.
/// </summary>
public sealed class AccessPoller(HubSpotClient hubSpot, AccountCheck account)
{
    /// <summary>50,000 users; no account is known to have more.</summary>
    private const int MostPages = 500;

    /// <summary>Up to five pages of users cost little every hour.</summary>
    private const int FewUsers = 500;

    /// <summary>A longer list is asked for once a day; 20,000 users are 200 calls.</summary>
    private static readonly TimeSpan LongListEvery = TimeSpan.FromHours(24) - TimeSpan.FromMinutes(5);

    /// <summary>
    /// Real time, whatever the clock: half of what a run has for all portals, sixteen
    /// at once, and long enough for the longest list at HubSpot's usual pace.
    /// </summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    private static readonly AccessSource[] Sources = [AccessSource.Users, AccessSource.OwnToken, AccessSource.SmtpTokens];

    /// <param name="options">The portal.</param>
    /// <param name="token">What opens it.</param>
    /// <param name="before">The last snapshot: what is not asked again yet is taken from it.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Always a snapshot: trouble at HubSpot's side is a source's state, not an exception.</returns>
    public async Task<AccessSnapshot> PollAsync(
        PortalOptions options, string token, AccessSnapshot? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var snapshot = new AccessSnapshot { Portal = options.Id, At = now, Sources = [] };
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        if (await RefusalAsync(options.Id, token, linked.Token, cancellationToken) is { } refusal)
        {
            return AdminList.Compare(before, snapshot with
            {
                Own = before?.Own,
                SmtpTokens = before?.SmtpTokens,
                Sources = [.. Sources.Select(source => new SourceState(source, SourceAccess.Failed, refusal, now))],
            });
        }

        // The users last: theirs is the list that can take all the time.
        var (own, ownState) = await AskAsync(
            AccessSource.OwnToken, before, before?.Own, now, () => OwnAsync(options.Id, token, linked.Token), cancellationToken);
        var (smtp, smtpState) = await AskAsync(
            AccessSource.SmtpTokens, before, before?.SmtpTokens, now, () => SmtpTokensAsync(token, linked.Token), cancellationToken);
        var (users, usersState) = await AskAsync(
            AccessSource.Users, before, before?.Users, now, () => UsersAsync(token, linked.Token), cancellationToken);
        return AdminList.Compare(before, snapshot with
        {
            Own = Kept(own, ownState, before?.Own),
            Users = users,
            SmtpTokens = Kept(smtp, smtpState, before?.SmtpTokens),
            Sources = [usersState, ownState, smtpState],
        });
    }

    // A credential that was seen an hour ago is not unknown because HubSpot does not
    // answer now; a list of people is another matter: who left must not be shown.
    private static T? Kept<T>(T? answer, SourceState state, T? last)
        where T : class => state.Access == SourceAccess.Failed ? last : answer;

    private async Task<string?> RefusalAsync(long portal, string token, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await InTimeAsync(() => account.RefuseAsync(portal, token, limit), cancellationToken);
        }
        catch (HubSpotException e)
        {
            return e.Message;
        }
    }

    private async Task<(T? Answer, SourceState State)> AskAsync<T>(
        AccessSource source, AccessSnapshot? before, T? last, DateTimeOffset now, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (before?.Sources.FirstOrDefault(state => state.Source == source) is { } known && IsKept(known, last, now)) return (last, known);
        try
        {
            return (await InTimeAsync(ask, cancellationToken), new(source, SourceAccess.Read, null, now));
        }
        catch (HubSpotException e)
        {
            var (access, says) = SourceTrouble.Of(e, source);
            return (null, new(source, access, says, now));
        }
    }

    // What the limit ends has failed; what the caller ends is over.
    private async Task<T> InTimeAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubSpotException(
                HubSpotFailure.Passing, $"HubSpot's lists took more than {Limit.TotalSeconds:0} seconds; the next audit asks again.");
        }
    }

    /// <summary>Whether an answer still stands: a refusal for six hours, a long list for a day.</summary>
    private static bool IsKept<T>(SourceState known, T? last, DateTimeOffset now) => now >= known.At && known.Access switch
    {
        SourceAccess.Denied => now - known.At < ActivityCheckpoint.AskAgainAfter,
        SourceAccess.Read => last is IReadOnlyList<AccountUser> { Count: > FewUsers } && now - known.At < LongListEvery,
        _ => false,
    };

    private async Task<TokenGrant> OwnAsync(long portal, string token, CancellationToken cancellationToken)
    {
        var kind = TokenForm.KindOf(token, appId: null);
        // Such a token is introspected with its app's id and secret, which belong to whoever connected it.
        if (kind is CredentialKind.OAuthGrant) return new(kind, Fingerprint.Of(token), null, null, [], IsActive: true);
        try
        {
            var answer = await hubSpot.GetTokenInfoAsync(token, cancellationToken);
            if (account.Refuse(portal, token, answer.HubId) is { } refusal) throw new HubSpotException(HubSpotFailure.Malformed, refusal);
            var scopes = (answer.Scopes ?? [])
                .Select(scope => ActivityTranslation.Text(scope))
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal);
            return new(TokenForm.KindOf(token, answer.AppId), Fingerprint.Of(token), answer.AppId, answer.UserId, [.. scopes], IsActive: true);
        }
        catch (HubSpotException e) when (e.Failure == HubSpotFailure.DeadToken)
        {
            return new(kind, Fingerprint.Of(token), null, null, [], IsActive: false);
        }
    }

    private async Task<IReadOnlyList<AccountUser>> UsersAsync(string token, CancellationToken cancellationToken)
    {
        var rows = await AllAsync(after => hubSpot.GetUsersAsync(token, after, cancellationToken));
        return [.. rows.Where(row => row.Id is not null).DistinctBy(row => row.Id).OrderBy(row => row.Id).Select(ToUser)];
    }

    private async Task<IReadOnlyList<SmtpToken>> SmtpTokensAsync(string token, CancellationToken cancellationToken)
    {
        var rows = await AllAsync(after => hubSpot.GetSmtpTokensAsync(token, after, cancellationToken));
        return
        [
            .. rows.Where(row => !string.IsNullOrWhiteSpace(row.Id))
                .DistinctBy(row => row.Id)
                .OrderBy(row => row.Id, StringComparer.Ordinal)
                .Select(row => new SmtpToken(
                    ActivityTranslation.Text(row.Id)!,
                    ActivityTranslation.Text(row.CampaignName),
                    ActivityTranslation.Text(row.CreatedBy),
                    row.CreatedAt)),
        ];
    }

    private static AccountUser ToUser(UserRow row) => new(row.Id!.Value, ActivityTranslation.Text(row.Email), row.SuperAdmin == true);

    // All or nothing: by half a list, owners would be taken for people who have left.
    private static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, Task<ListPage<T>>> ask)
    {
        List<T> all = [];
        HashSet<string> followed = [];
        for (string? after = null; ;)
        {
            var page = await ask(after);
            if (page.Unreadable > 0)
            {
                throw new HubSpotException(
                    HubSpotFailure.Malformed, $"{page.Unreadable} entries of HubSpot's list cannot be read, so nobody knows who they are.");
            }
            all.AddRange(page.Items);
            if (page.After is null) return all;
            if (!followed.Add(page.After) || followed.Count == MostPages)
                throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's list does not end: {followed.Count} pages were read.");
            after = page.After;
        }
    }
}
