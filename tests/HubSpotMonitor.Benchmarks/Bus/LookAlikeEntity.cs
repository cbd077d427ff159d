namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>What one subscription holds, or its dead letters: in order, locked while somebody has it, counted when it comes back.</summary>
public sealed class LookAlikeEntity(string path, LookAlikeEntity? deadLetters, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, LookAlikeLetter> _waiting = [];
    private readonly Dictionary<Guid, LookAlikeLetter> _locked = [];

    public string Path { get; } = path;

    public LookAlikeEntity? DeadLetters { get; } = deadLetters;

    public TimeSpan LockDuration { get; set; } = TimeSpan.FromMinutes(1);

    public int MaxDeliveryCount { get; set; } = 10;

    /// <summary>Something can be taken.</summary>
    public event Action? Ready;

    public int Count
    {
        get
        {
            lock (_lock) return _waiting.Count + _locked.Count;
        }
    }

    /// <summary>Completed, in order.</summary>
    public List<LookAlikeLetter> Completed { get; } = [];

    public int Renewals { get; private set; }

    public void Put(LookAlikeLetter letter)
    {
        lock (_lock) _waiting[letter.Sequence] = letter;
        Ready?.Invoke();
    }

    public LookAlikeLetter? TryTake()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return null;
            var letter = _waiting.First().Value;
            _waiting.Remove(letter.Sequence);
            var token = Guid.NewGuid();
            letter.Lock = token;
            letter.LockedUntil = clock.GetUtcNow() + LockDuration;
            _locked[token] = letter;
            // The timer holds itself until it has run.
            ITimer? timer = null;
            timer = clock.CreateTimer(_ => { Expire(token); timer?.Dispose(); }, null, LockDuration, Timeout.InfiniteTimeSpan);
            return letter;
        }
    }

    /// <returns>False: the lock was lost.</returns>
    public bool Complete(Guid token)
    {
        lock (_lock)
        {
            if (!_locked.Remove(token, out var letter)) return false;
            Completed.Add(letter);
            return true;
        }
    }

    /// <param name="token">The lock's.</param>
    /// <param name="isCounted">False: it was given back untouched.</param>
    public bool Abandon(Guid token, bool isCounted)
    {
        LookAlikeLetter? letter;
        lock (_lock)
        {
            if (!_locked.Remove(token, out letter)) return false;
            letter.Lock = null;
            if (isCounted) letter.DeliveryCount++;
        }
        if (DeadLetters is not null && letter.DeliveryCount >= MaxDeliveryCount)
            Bury(letter, "MaxDeliveryCountExceeded", $"Message could not be consumed after {MaxDeliveryCount} delivery attempts.");
        else
            Put(letter);
        return true;
    }

    public bool DeadLetter(Guid token, string? reason, string? description)
    {
        LookAlikeLetter? letter;
        lock (_lock)
        {
            if (!_locked.Remove(token, out letter)) return false;
            letter.Lock = null;
        }
        Bury(letter, reason, description);
        return true;
    }

    public DateTimeOffset? Renew(Guid token)
    {
        lock (_lock)
        {
            if (!_locked.TryGetValue(token, out var letter)) return null;
            Renewals++;
            letter.LockedUntil = clock.GetUtcNow() + LockDuration;
            ITimer? timer = null;
            timer = clock.CreateTimer(_ => { Expire(token); timer?.Dispose(); }, null, LockDuration, Timeout.InfiniteTimeSpan);
            return letter.LockedUntil;
        }
    }

    public IReadOnlyList<LookAlikeLetter> Peek(long from, int count)
    {
        lock (_lock)
        {
            return [.. _waiting.Values
                .Concat(_locked.Values)
                .Where(letter => letter.Sequence >= from)
                .OrderBy(letter => letter.Sequence)
                .Take(count)];
        }
    }

    private void Bury(LookAlikeLetter letter, string? reason, string? description)
    {
        letter.DeadLetterReason = reason ?? "";
        letter.DeadLetterDescription = description;
        DeadLetters!.Put(letter);
    }

    private void Expire(Guid token)
    {
        lock (_lock)
        {
            // Renewed meanwhile.
            if (_locked.TryGetValue(token, out var letter) && letter.LockedUntil > clock.GetUtcNow()) return;
        }
        Abandon(token, isCounted: true);
    }
}
