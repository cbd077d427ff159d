namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What the other side of a channel does with a message.</summary>
public enum Answer
{
    Take,
    RefuseForGood,
    RefuseForNow,

    /// <summary>Says nothing until the caller leaves.</summary>
    Hang,
}

/// <summary>Stands on the other side of the wire: keeps what it gets and answers as told.</summary>
internal abstract class OtherSide : IAsyncDisposable
{
    public Answer Answer { get; set; }

    public abstract Uri Address { get; }

    /// <summary>The messages that arrived whole, also those that were refused then; as text that a person could read.</summary>
    public abstract IReadOnlyList<string> Received { get; }

    public abstract ValueTask DisposeAsync();
}
