namespace HubSpotMonitor.Store.Secrets;

/// <summary>Keeps secrets so that whoever reads the tables has none of them.</summary>
public interface ISecretKeeper
{
    /// <param name="name">Whose secret it is; small letters, digits and hyphens. It opens under no other name.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What stands in the row in the secret's place.</returns>
    /// <exception cref="SecretException">It could not be kept.</exception>
    Task<string> KeepAsync(string name, string secret, CancellationToken cancellationToken);

    /// <exception cref="SecretException">It could not be opened.</exception>
    Task<string> OpenAsync(string name, string kept, CancellationToken cancellationToken);
}

/// <summary>A secret could not be kept or opened. The message is a sentence for people and holds no secret.</summary>
/// <param name="isLost">It never will: the key or the secret itself is gone. Else it may pass.</param>
/// <param name="message">What happened.</param>
/// <param name="inner">Why.</param>
public sealed class SecretException(bool isLost, string message, Exception? inner = null) : Exception(message, inner)
{
    public bool IsLost { get; } = isLost;
}
