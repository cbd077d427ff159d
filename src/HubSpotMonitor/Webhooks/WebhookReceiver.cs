using System.Text;
using Azure;
using Azure.Identity;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Webhooks;

/// <summary>Takes webhook requests in: verified, read whole, stored, and only then acknowledged.</summary>
public sealed partial class WebhookReceiver(
    SignatureCheck signatures,
    EventTable events,
    DeadLetterTable deadLetters,
    SightingTable sightings,
    IntakeCounter counter,
    MonitorScope scope,
    IOptions<WebhooksOptions> options,
    TimeProvider clock,
    ILogger<WebhookReceiver> logger)
{
    /// <summary>HubSpot hangs up after five seconds and sends again.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>
    /// So many different secrets of one body are noted, the first ones. More than three in one place are taken for made up, and a body has room for
    /// a hundred thousand: looking for each in each event and writing a row for each would keep the events from being stored in time.
    /// </summary>
    private const int MostSecrets = 20;

    /// <summary>Looks at the headers, so that nobody's body is read whose signature cannot be HubSpot's. What is refused is counted.</summary>
    /// <returns>What is wrong; null: the body decides.</returns>
    public IntakeOutcome? RefuseByHeaders(SignedRequest request)
    {
        var now = clock.GetUtcNow();
        var wrong = signatures.RefuseByHeaders(request, now);
        if (wrong is { } outcome) counter.Count(outcome, now);
        return wrong;
    }

    /// <summary>Receives one request. Receiving it again, also at the same time elsewhere, changes nothing.</summary>
    public async Task<IntakeOutcome> ReceiveAsync(SignedRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var outcome = signatures.Verify(request, now);
        if (outcome == IntakeOutcome.Accepted)
        {
            // Before anything is read from it: from here on no secret can get into a row, a name or a page.
            var body = SecretPatterns.Redact(request.Body);
            outcome = EventReader.Read(body.Text, now, options.Value.IsJournalOn) is { } batch
                ? await StoreInTimeAsync(batch, body.Found, now, cancellationToken)
                : IntakeOutcome.BodyNotJson;
        }
        counter.Count(outcome, now);
        return outcome;
    }

    /// <summary>Counts a request whose body was not read to its end.</summary>
    public void Refuse(IntakeOutcome outcome) => counter.Count(outcome, clock.GetUtcNow());

    /// <summary>
    /// Stores what the journal brought, written as HubSpot pushes it. It was asked for by our own app, so that no other's can be in it.
    /// </summary>
    /// <exception cref="InvalidDataException">Not a JSON array.</exception>
    public Task TakeAsync(ReadOnlyMemory<byte> journal, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var text = SecretPatterns.Redact(journal);
        return EventReader.Read(text.Text, now, withJournal: true) is { } batch
            ? StoreAsync(batch, batch.Events, text.Found, isPulled: true, now, cancellationToken)
            : throw new InvalidDataException("What the journal brought is not a JSON array.");
    }

    // What is for us; what of it cannot be stored goes among the dead letters.
    private Task StoreAsync(EventBatch batch, IReadOnlyList<SecretFound> secrets, DateTimeOffset now, CancellationToken cancellationToken) =>
        StoreAsync(batch, [.. batch.Events.Where(IsOfOurApp)], secrets, isPulled: false, now, cancellationToken);

    private async Task StoreAsync(
        EventBatch batch, IReadOnlyList<WebhookEvent> ours, IReadOnlyList<SecretFound> secrets, bool isPulled, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var wanted = ours.Where(IsOfOurPortal).ToList();
        await NoteSecretsAsync(wanted, secrets, now, cancellationToken);
        var added = wanted.Count == 0 ? new(0, 0, []) : await events.AddAsync(wanted, now, isPulled, cancellationToken);
        List<DeadLetter> letters =
        [
            .. batch.DeadLetters,
            .. added.Refused.Select(refused => EventReader.Refuse(refused.Event, $"The store does not take it: {refused.Why}.", now)),
        ];
        foreach (var letter in letters) await deadLetters.AddAsync(letter, cancellationToken);

        counter.Count(EventOutcome.Stored, added.Stored, now);
        counter.Count(EventOutcome.Repeated, added.Repeated, now);
        counter.Count(EventOutcome.UnknownApp, batch.Events.Count - ours.Count, now);
        counter.Count(EventOutcome.UnknownPortal, ours.Count - wanted.Count, now);
        counter.Count(EventOutcome.DeadLettered, letters.Count, now);
    }

    // First of all: once the events are stored, an attempt that broke off here would not be told apart from one that did not.
    private async Task NoteSecretsAsync(
        IReadOnlyList<WebhookEvent> events, IReadOnlyList<SecretFound> secrets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (secrets.Count == 0) return;
        var wanted = secrets
            .DistinctBy(secret => secret.Fingerprint)
            .Take(MostSecrets)
            .Select(secret => (Secret: secret, Letters: Encoding.UTF8.GetBytes(secret.Fingerprint)))
            .ToList();
        var seen = events.SelectMany(item => wanted.Where(one => item.Raw.Span.IndexOf(one.Letters) >= 0)
            .Select(one => (item.Portal, Sighting: new SecretSighting(one.Secret.Fingerprint, $"a webhook event {item.Type}", now, item.Identity))));
        foreach (var portal in seen.GroupBy(one => one.Portal, one => one.Sighting))
            await sightings.WriteAsync(portal.Key, [.. portal.DistinctBy(sighting => (sighting.Fingerprint, sighting.Where))], cancellationToken);
    }

    private async Task<IntakeOutcome> StoreInTimeAsync(
        EventBatch batch, IReadOnlyList<SecretFound> secrets, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Real time, whatever the clock: HubSpot's patience is real.
        using var limit = new CancellationTokenSource(Limit, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await StoreAsync(batch, secrets, now, linked.Token);
            return IntakeOutcome.Accepted;
        }
        // Whatever it was, what is not stored must not be acknowledged: HubSpot sends it again.
        catch (Exception exception) when (
            exception is RequestFailedException or AggregateException or AuthenticationFailedException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            LogNotStored(batch.Events.Count, exception.Message.Split('\n')[0]);
            return IntakeOutcome.StoreUnavailable;
        }
    }

    private bool IsOfOurApp(WebhookEvent item) => options.Value.AppId is not { } app || item.AppId == app;

    private bool IsOfOurPortal(WebhookEvent item) => scope.Portals.Any(portal => portal.Id == item.Portal);

    [LoggerMessage(LogLevel.Warning, "{Count} webhook events could not be stored; HubSpot was told to send them again. {Reason}")]
    private partial void LogNotStored(int count, string reason);
}
