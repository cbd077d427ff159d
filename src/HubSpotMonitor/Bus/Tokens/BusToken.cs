namespace HubSpotMonitor.Bus.Tokens;

/// <param name="Type">What it is, in CBS's words.</param>
/// <param name="Value">A secret.</param>
/// <param name="ExpiresAt">When the broker drops what it covers.</param>
internal sealed record BusToken(string Type, string Value, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"{Type} until {ExpiresAt:u}";
}

/// <summary>Where the tokens come from that open the bus's entities.</summary>
internal interface IBusTokens
{
    /// <param name="audience">The entity's address: <c>amqps://my-bus.servicebus.windows.net/alerts</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<BusToken> GetAsync(string audience, CancellationToken cancellationToken);
}
