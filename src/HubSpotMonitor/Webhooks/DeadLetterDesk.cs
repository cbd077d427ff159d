using System.Text;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Webhooks;

/// <summary>How an attempt to store a dead letter ended.</summary>
/// <param name="IsStored">The event is in the store now, and the dead letter gone.</param>
/// <param name="Says">A sentence for the person who asked.</param>
public sealed record Redrive(bool IsStored, string Says);

/// <summary>Takes dead letters up again once their cause is mended.</summary>
public sealed class DeadLetterDesk(DeadLetterTable deadLetters, EventTable events, MonitorScope scope, IOptions<WebhooksOptions> options)
{
    /// <summary>Tries to store a dead letter's event. Trying it again changes nothing.</summary>
    /// <returns>Null: there is no dead letter with this id, for instance since it was stored before.</returns>
    public async Task<Redrive?> RedriveAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await deadLetters.FindAsync(id, cancellationToken) is not { } letter) return null;
        var redrive = await TryAsync(letter, now, cancellationToken);
        // Stored first, taken away after: a crash in between leaves a letter whose event is there, and the next try finds it so.
        if (redrive.IsStored) await deadLetters.RemoveAsync(letter, cancellationToken);
        else await deadLetters.NoteAsync(letter, redrive.Says, cancellationToken);
        return redrive;
    }

    private async Task<Redrive> TryAsync(DeadLetter letter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (letter.IsCut) return new(false, "Only its beginning was kept, since it is larger than a row: it cannot be stored.");
        var batch = EventReader.Read(Encoding.UTF8.GetBytes($"[{letter.Raw}]"), now, options.Value.IsJournalOn);
        if (batch is not { Events: [var found], DeadLetters: [] })
            return new(false, $"It still cannot be stored. {(batch?.DeadLetters is [var still, ..] ? still.Reason : "It is not one JSON value.")}");
        if (scope.Portals.All(portal => portal.Id != found.Portal))
            return new(false, $"It still cannot be stored. Portal {found.Portal} is not among the portals of the settings.");

        // It may have come by the journal, and is in no case a sign that HubSpot pushes now.
        var added = await events.AddAsync([found], letter.ReceivedAt, isPulled: true, cancellationToken);
        if (added.Refused is [var refused, ..]) return new(false, $"It still cannot be stored. The store does not take it: {refused.Why}.");
        return new(true, added.Stored == 1 ? "Stored." : "It was stored before.");
    }
}
