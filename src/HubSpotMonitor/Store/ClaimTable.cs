using Azure;
using Azure.Data.Tables;

namespace HubSpotMonitor.Store;

/// <summary>The right to do something alone, for a while.</summary>
public sealed record Claim(string Work, DateTimeOffset? DoneUpTo, ETag ETag);

/// <summary>
/// Table <c>Claims</c>: a row per work that several may be told to do at once. Whoever changes the row has it; the end of its time is a crash's end.
/// </summary>
public sealed class ClaimTable(Tables tables)
{
    private const string Name = "Claims";

    /// <summary>Two hosts' clocks may differ by as much; what a row says beyond that was written under a clock that was ahead.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(4);

    /// <summary>Takes work that is due.</summary>
    /// <param name="work">Its name.</param>
    /// <param name="dueAt">Since when; done later than that, it is done.</param>
    /// <param name="until">After this the holder counts as dead; nobody takes the work for longer.</param>
    /// <param name="now">The time of this run.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null: somebody is at it, or it is done.</returns>
    public async Task<Claim?> TryTakeAsync(
        string work, DateTimeOffset dueAt, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var row = await tables.FindAsync(Name, Keys.Checked(work), Keys.Claim, cancellationToken);
        var done = row?.GetDateTimeOffset("DoneUpTo") is { } said && said <= now + ClockSlack ? said : (DateTimeOffset?)null;
        var isHeld = row?.GetDateTimeOffset("HeldUntil") is { } held && held > now && held <= until + ClockSlack;
        if (done >= dueAt || isHeld) return null;
        return await TryWriteAsync(new(work, done, row?.ETag ?? default), until, cancellationToken);
    }

    /// <summary>Gives work back, done up to an instant, or no further than before.</summary>
    public async Task ReleaseAsync(Claim claim, DateTimeOffset? doneUpTo, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        // Taken over meanwhile: then it is another's to say.
        await TryWriteAsync(claim with { DoneUpTo = doneUpTo ?? claim.DoneUpTo }, heldUntil: null, cancellationToken);
    }

    private async Task<Claim?> TryWriteAsync(Claim claim, DateTimeOffset? heldUntil, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var writer = Guid.NewGuid().ToString("N");
        var row = new TableEntity(claim.Work, Keys.Claim) { ["Writer"] = writer };
        if (heldUntil is { } until) row["HeldUntil"] = until;
        if (claim.DoneUpTo is { } done) row["DoneUpTo"] = done;
        try
        {
            var answer = claim.ETag == default
                ? await table.AddEntityAsync(row, cancellationToken)
                : await table.UpdateEntityAsync(row, claim.ETag, TableUpdateMode.Replace, cancellationToken);
            return claim with { ETag = answer.Headers.ETag!.Value };
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            if (heldUntil is null) return null; // on what becomes of giving it back nothing depends
            // Where the answer to a first try was lost, it is ourselves who were faster.
            var found = await tables.FindAsync(Name, claim.Work, Keys.Claim, cancellationToken);
            return found?.GetString("Writer") == writer ? claim with { ETag = found.ETag } : null;
        }
    }
}
