using System.Collections.Concurrent;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Rotation;

/// <summary>
/// Proves a rotation: asks HubSpot with the old secret and with the new one, and keeps what it answered. The secrets live as long as the call; what
/// is stored are their fingerprints, and a hash to know them again. A 401 proves that this secret opens nothing, not that it ever did: an earlier
/// proof in which it still worked does, and without one the rotation is not taken for proven.
/// </summary>
public sealed class RotationDesk(HubSpotClient hubSpot, RotationProofTable proofs, AccessTable access)
{
    /// <summary>
    /// How many of an account's newest proofs are searched for one that saw the
    /// old secret work: it is days old as a rule, and one rotation old at most.
    /// </summary>
    private const int ProofsSearched = 1000;

    private readonly ConcurrentDictionary<long, bool> _busy = new();

    /// <summary>A credential as the inventory knows it, by its own id or by the registry's.</summary>
    /// <returns>Null: it knows none.</returns>
    public async Task<Credential?> FindAsync(long portal, string id, CancellationToken cancellationToken) =>
        (await access.ReadReportAsync(portal, cancellationToken))?.Credentials.FirstOrDefault(one => one.Id == id || one.RegisteredAs == id);

    /// <returns>Null: another proof of this portal is under way.</returns>
    public async Task<RotationProof?> ProveAsync(
        long portal, Credential credential, RotationClaim claim, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credential);
        ArgumentNullException.ThrowIfNull(claim);
        if (!_busy.TryAdd(portal, true)) return null;
        try
        {
            var seen = await FindSeenAsync(portal, credential, claim.Old, cancellationToken);
            var older = AskAsync(claim.Old, cancellationToken);
            var newer = AskAsync(claim.New, cancellationToken);
            var proof = RotationJudge.Judge(portal, credential, seen, claim, await older, await newer, now);
            await proofs.WriteAsync(proof, cancellationToken);
            return proof;
        }
        finally
        {
            _busy.TryRemove(portal, out _);
        }
    }

    public Task<IReadOnlyList<RotationProof>> ReadAsync(long portal, int take, CancellationToken cancellationToken) =>
        proofs.ReadAsync(portal, take, cancellationToken);

    private async Task<RotationProof?> FindSeenAsync(long portal, Credential credential, string secret, CancellationToken cancellationToken) =>
        (await proofs.ReadAsync(portal, ProofsSearched, cancellationToken))
            .FirstOrDefault(proof => credential.IsMeantBy(proof) && RotationJudge.SawAlive(proof, secret));

    private async Task<SecretView> AskAsync(string secret, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(secret, cancellationToken);
        if (answer is SecretAnswer.Refused or SecretAnswer.Unknown) return new(answer.Value, null, null);
        var info = await InfoOfAsync(secret, cancellationToken);
        // Where too many calls hid whether it works, that HubSpot knows whose it is tells so.
        return new(answer ?? (info?.HubId is null ? SecretAnswer.Unknown : SecretAnswer.Works), info?.HubId, info?.AppId);
    }

    /// <returns>Null: HubSpot does not say whose it is. Its future after 2027 is not known; whether the secret works is told all the same.</returns>
    private async Task<TokenInfoReply?> InfoOfAsync(string secret, CancellationToken cancellationToken)
    {
        try
        {
            return await hubSpot.GetTokenInfoAsync(secret, cancellationToken);
        }
        catch (HubSpotException)
        {
            return null;
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
