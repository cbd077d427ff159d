using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>RotationProofs</c>: a partition per portal, the newest first. Never deleted: an auditor may ask years later.</summary>
public sealed class RotationProofTable(Tables tables)
{
    private const string Name = "RotationProofs";

    public Task WriteAsync(RotationProof proof, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(proof);
        var row = JsonRow.Of(Keys.Portal(proof.Portal), Keys.RotationProof(proof), proof, StoreJson.Default.RotationProof);
        if (proof.OldMark is { } old) row["OldMark"] = old;
        if (proof.NewMark is { } secret) row["NewMark"] = secret;
        return tables.UpsertAsync(Name, [row], cancellationToken);
    }

    /// <summary>Proofs of one portal, newest first; at most <paramref name="take"/>.</summary>
    public async Task<IReadOnlyList<RotationProof>> ReadAsync(long portal, int take, CancellationToken cancellationToken) =>
        await tables.ReadAsync(Name, TableClient.CreateQueryFilter($"PartitionKey eq {Keys.Portal(portal)}"), null, take, cancellationToken)
            .Select(row => JsonRow.Read(row, StoreJson.Default.RotationProof) with
            {
                OldMark = row.GetString("OldMark"),
                NewMark = row.GetString("NewMark"),
            })
            .ToListAsync(cancellationToken);
}
