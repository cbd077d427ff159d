using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Channels</c>: one row per channel.</summary>
public sealed class ChannelTable(Tables tables)
{
    private const string Name = "Channels";

    /// <returns>A channel that nothing is known of works.</returns>
    public async Task<ChannelState> ReadAsync(string channel, CancellationToken cancellationToken) =>
        await JsonRow.FindAsync(tables, Name, Keys.Checked(channel), Keys.ChannelState, StoreJson.Default.ChannelState, cancellationToken)
            ?? new() { Channel = channel };

    // The last writer wins: two who deliver at once have seen the same channel.
    public Task WriteAsync(ChannelState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        return tables.UpsertAsync(
            Name, [JsonRow.Of(Keys.Checked(state.Channel), Keys.ChannelState, state, StoreJson.Default.ChannelState)], cancellationToken);
    }
}
