using HubSpotMonitor.Store;

namespace HubSpotMonitor.Alerting.Acts;

/// <summary>The keys that sign links: made on first use, a new one every year, the one before still accepted.</summary>
public sealed class LinkKeyRing(LinkKeyTable table)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    /// <summary>Another host may make a key at any time; one that we do not know is looked for no more often.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private volatile IReadOnlyList<LinkKey> _keys = [];
    private DateTimeOffset _readAt;

    /// <summary>The newest key and the one before it.</summary>
    public async Task<IReadOnlyList<LinkKey>> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_keys is [var newest, ..] && now - newest.CreatedAt < Lifetime && (now - _readAt).Duration() < Freshness) return _keys;
        var keys = await table.ReadAsync(cancellationToken);
        if (keys is not [var known, ..] || now - known.CreatedAt >= Lifetime)
        {
            await table.AddAsync(keys is [var last, ..] ? last.Number + 1 : 1, now, cancellationToken);
            keys = await table.ReadAsync(cancellationToken);
        }
        _readAt = now;
        return _keys = [.. keys.Take(2)];
    }
}
