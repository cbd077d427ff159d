using System.Text.Json;
using Azure.Data.Tables;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>Table <c>Channels</c>: one row per channel.</summary>
public sealed class ChannelTable(Tables tables)
{
    private const string Name = "Channels";

    /// <returns>A channel that nothing is known of works.</returns>
    public async Task<ChannelState> ReadAsync(string channel, CancellationToken cancellationToken)
    {
        var table = await tables.GetAsync(Name, cancellationToken);
        var row = await table.GetEntityIfExistsAsync<TableEntity>(Keys.Checked(channel), Keys.ChannelState, cancellationToken: cancellationToken);
        return row is { HasValue: true, Value: { } found }
            ? JsonSerializer.Deserialize(found.GetString("Json"), StoreJson.Default.ChannelState)!
            : new() { Channel = channel };
    }

    // The last writer wins: two who deliver at once have seen the same channel.
    public Task WriteAsync(ChannelState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var json = JsonSerializer.Serialize(state, StoreJson.Default.ChannelState);
        return tables.UpsertAsync(Name, [new TableEntity(Keys.Checked(state.Channel), Keys.ChannelState) { ["Json"] = json }], cancellationToken);
    }
}
