using System.Text.Json;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>What arrived, and what is to be refused next.</summary>
internal sealed class Mailbox(TimeProvider clock)
{
    // A page with more is read by nobody; a run of days must not grow for ever.
    private const int Kept = 300;

    private readonly Lock _lock = new();
    private readonly LinkedList<InboxMessage> _messages = new();
    private readonly Dictionary<InboxKind, (int Status, int Left)> _failures = [];
    private int _lastId;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<InboxMessage> Messages
    {
        get
        {
            lock (_lock)
                return [.. _messages];
        }
    }

    public int LastId => Volatile.Read(ref _lastId);

    public InboxMessage Add(InboxKind kind, string title, JsonElement raw)
    {
        lock (_lock)
        {
            var message = new InboxMessage(++_lastId, kind, clock.GetUtcNow(), title, raw);
            _messages.AddFirst(message);
            if (_messages.Count > Kept)
                _messages.RemoveLast();
            return message;
        }
    }

    public void FailNext(InboxKind kind, int status, int count)
    {
        lock (_lock)
            _failures[kind] = (status, count);
    }

    /// <summary>The status to refuse with, or null when the next message is welcome.</summary>
    public int? NextFailure(InboxKind kind)
    {
        lock (_lock)
        {
            if (!_failures.TryGetValue(kind, out var failure) || failure.Left == 0)
                return null;
            _failures[kind] = failure with { Left = failure.Left - 1 };
            return failure.Status;
        }
    }
}
