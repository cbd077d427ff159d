using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <param name="Offset">The page's place: the next one is asked for by it.</param>
/// <param name="Events">A JSON array of its events, written as HubSpot pushes them.</param>
public sealed record JournalPage(string Offset, ReadOnlyMemory<byte> Events);

/// <summary>What one question to the journal brought.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Says">A sentence for people, when it did not go well. Holds no secret.</param>
/// <param name="Page">Null: nothing is new, or it did not go well.</param>
/// <param name="IsGap">HubSpot no longer knew the offset, so that the oldest page it has was asked for.</param>
public sealed record JournalPoll(PollOutcome Outcome, string? Says, JournalPage? Page, bool IsGap = false);

/// <summary>
/// Follows an app's webhooks journal page by page. Stores nothing, judges nothing.
/// <para>
/// HubSpot documents the addresses, the answer with <c>currentOffset</c> and <c>url</c>, 204 for nothing new, and three days of history.
/// Not confirmed by a live account: how a forgotten offset is refused (any refusal but of the credentials is taken for it), whether every
/// app may have the scope, and the shape of events (see <see cref="JournalTranslation"/>).
/// </para>
/// </summary>
public sealed class JournalPoller(HubSpotClient hubSpot)
{
    /// <summary>In place of an offset: the oldest page there is. Right for a journal that was empty when it was first looked at.</summary>
    public const string Beginning = "earliest";

    private const string End = "latest";
    private const string Scope = "developer.webhooks_journal.read";

    /// <summary>A uuid has 36 letters.</summary>
    private const int LongestOffset = 200;

    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(2);

    private AppToken? _token;

    /// <param name="clientId">The app's.</param>
    /// <param name="clientSecret">The app's.</param>
    /// <param name="offset">Of the last page; null: begin with the newest one.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Always an outcome: trouble at HubSpot's side is an answer, not an exception.</returns>
    public async Task<JournalPoll> NextAsync(
        string clientId, string clientSecret, string? offset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var (reply, isGap) = await AskAsync(clientId, clientSecret, offset, now, cancellationToken);
            var page = reply is null or { CurrentOffset: null or "", Url: null or "" }
                ? null
                : await ReadAsync(reply.CurrentOffset, reply.Url, cancellationToken);
            return new(PollOutcome.Good, null, page, isGap);
        }
        catch (HubSpotException e)
        {
            return new(UsagePoller.OutcomeOf(e.Failure), e.Message, null);
        }
    }

    private async Task<(JournalReply? Reply, bool IsGap)> AskAsync(
        string clientId, string clientSecret, string? offset, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_token is { } kept && now < kept.Until && now >= kept.From)
        {
            try
            {
                return await FollowAsync(kept.Text, offset, cancellationToken);
            }
            catch (HubSpotException e) when (e.Failure == HubSpotFailure.DeadToken)
            {
                // It may have run out early; a new one decides whether the credentials are dead.
            }
        }
        _token = null;
        var token = await NewTokenAsync(clientId, clientSecret, now, cancellationToken);
        var answer = await FollowAsync(token.Text, offset, cancellationToken);
        _token = token;
        return answer;
    }

    private async Task<(JournalReply? Reply, bool IsGap)> FollowAsync(string token, string? offset, CancellationToken cancellationToken)
    {
        if (offset is null or Beginning) return (await hubSpot.GetJournalAsync(token, offset ?? End, cancellationToken), false);
        try
        {
            return (await hubSpot.GetJournalAsync(token, $"offset/{Uri.EscapeDataString(offset)}/next", cancellationToken), false);
        }
        catch (HubSpotException e) when (e.Failure == HubSpotFailure.Refused)
        {
            return (await hubSpot.GetJournalAsync(token, Beginning, cancellationToken), true);
        }
    }

    private async Task<AppToken> NewTokenAsync(string clientId, string clientSecret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var reply = await hubSpot.GetAppTokenAsync(new(clientId, clientSecret), Scope, cancellationToken);
        return new(reply.AccessToken!, now, now + reply.Life - RenewBefore);
    }

    private async Task<JournalPage> ReadAsync(string? offset, string? url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw new HubSpotException(HubSpotFailure.Malformed, "HubSpot's journal names a page without an address.");
        var (pageOffset, events) = JournalTranslation.Translate(await hubSpot.GetJournalPageAsync(address, cancellationToken))
            ?? throw new HubSpotException(HubSpotFailure.Malformed, "A page of HubSpot's journal is not the JSON it documents.");
        return (offset ?? pageOffset) is { Length: > 0 and <= LongestOffset } place
            ? new(place, events)
            : throw new HubSpotException(HubSpotFailure.Malformed, "A page of HubSpot's journal has no offset.");
    }

    // No record: one would print the token.
    private sealed class AppToken(string text, DateTimeOffset from, DateTimeOffset until)
    {
        public string Text { get; } = text;

        public DateTimeOffset From { get; } = from;

        public DateTimeOffset Until { get; } = until;
    }
}
