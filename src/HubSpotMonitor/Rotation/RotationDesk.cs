using System.Collections.Concurrent;
using System.Globalization;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Rotation;

/// <summary>
/// Proves a rotation: asks HubSpot with the old secret and with the new one, and keeps what it answered. The secrets live as long as the
/// call; what is stored are their fingerprints. A 401 proves that this secret opens nothing, not that it ever did: an earlier proof in
/// which it still worked does.
/// </summary>
public sealed class RotationDesk(HubSpotClient hubSpot, RotationProofTable proofs, AccessTable access)
{
    private readonly ConcurrentDictionary<long, bool> _busy = new();

    /// <returns>Null: another proof of this portal is under way.</returns>
    public async Task<RotationProof?> ProveAsync(long portal, string credential, RotationClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (!_busy.TryAdd(portal, true)) return null;
        try
        {
            var app = await AppOfAsync(portal, credential, cancellationToken);
            var older = AskAsync(claim.Old, cancellationToken);
            var newer = AskAsync(claim.New, cancellationToken);
            var proof = RotationJudge.Judge(portal, credential, app, claim, await older, await newer, now);
            await proofs.WriteAsync(proof, cancellationToken);
            return proof;
        }
        finally
        {
            _busy.TryRemove(portal, out _);
        }
    }

    public Task<IReadOnlyList<RotationProof>> ReadAsync(long portal, int take, CancellationToken cancellationToken) => proofs.ReadAsync(portal, take, cancellationToken);

    // As the inventory knows it, by its own id or by the registry's.
    private async Task<long?> AppOfAsync(long portal, string credential, CancellationToken cancellationToken)
    {
        var report = await access.ReadReportAsync(portal, cancellationToken);
        var known = report?.Credentials.FirstOrDefault(one => one.Id == credential || one.RegisteredAs == credential);
        return known is { Kind: CredentialKind.LegacyPrivateApp or CredentialKind.ProjectApp } && long.TryParse(known.ObjectId, NumberStyles.None, CultureInfo.InvariantCulture, out var app) ? app : null;
    }

    private async Task<SecretView> AskAsync(string secret, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(secret, cancellationToken);
        if (answer is { } known and not (SecretAnswer.Works or SecretAnswer.WorksWithoutScope)) return new(known, null, null);
        try
        {
            var info = await hubSpot.GetTokenInfoAsync(secret, cancellationToken);
            return new(answer ?? (info.HubId is null ? SecretAnswer.Unknown : SecretAnswer.Works), info.HubId, info.AppId);
        }
        catch (HubSpotException)
        {
            // Its future after 2027 is not known; whether the secret works is told all the same.
            return new(answer ?? SecretAnswer.Unknown, null, null);
        }
    }

    /// <returns>Null: too many calls, which HubSpot may say before it looks whose secret it is.</returns>
    private async Task<SecretAnswer?> TryAsync(string secret, CancellationToken cancellationToken)
    {
        try
        {
            await hubSpot.GetUsageAsync(secret, cancellationToken);
            return SecretAnswer.Works;
        }
        catch (HubSpotException e)
        {
            return e.Failure switch
            {
                HubSpotFailure.DeadToken => SecretAnswer.Refused,
                HubSpotFailure.MissingScope => SecretAnswer.WorksWithoutScope,
                HubSpotFailure.DailyLimit or HubSpotFailure.TooFast => null,
                _ => SecretAnswer.Unknown,
            };
        }
    }
}
