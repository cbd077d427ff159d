using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Takes what it is sent, or fails as told.</summary>
internal sealed class RecordingChannel(string name) : IChannel
{
    public string Name => name;

    public List<string> Sent => [.. Messages.Select(message => message.Id)];

    public List<AlertMessage> Messages { get; } = [];

    public int Tries { get; private set; }

    public Exception? Trouble { get; set; }

    /// <summary>Which messages the trouble is about; all when nothing else is said.</summary>
    public Func<AlertMessage, bool> IsTroubled { get; set; } = _ => true;

    public async Task SendAsync(AlertMessage message, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Tries++;
        if (Trouble is not null && IsTroubled(message)) throw Trouble;
        lock (Messages) Messages.Add(message);
    }
}
