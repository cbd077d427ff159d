using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace HubSpotMonitor.Store.Secrets;

/// <summary>
/// Secrets lie in Azure Key Vault; the row has the version's name. Two hosts that write at the same time make two versions, and the row
/// that wins names its own.
/// </summary>
public sealed class KeyVaultSecrets(SecretClient vault) : ISecretKeeper
{
    /// <summary>With the monitor's own identity, and brief: a vault that is away must be seen.</summary>
    public static KeyVaultSecrets At(Uri vault) =>
        new(new SecretClient(
            vault,
            new DefaultAzureCredential(),
            new SecretClientOptions { Retry = { MaxRetries = 2, NetworkTimeout = TimeSpan.FromSeconds(5) } }));

    public async Task<string> KeepAsync(string name, string secret, CancellationToken cancellationToken)
    {
        try
        {
            return (await vault.SetSecretAsync(name, secret, cancellationToken)).Value.Properties.Version;
        }
        catch (Exception e) when (IsTrouble(e, cancellationToken))
        {
            throw Trouble(e);
        }
    }

    public async Task<string> OpenAsync(string name, string kept, CancellationToken cancellationToken)
    {
        try
        {
            return (await vault.GetSecretAsync(name, kept, cancellationToken: cancellationToken)).Value.Value;
        }
        catch (Exception e) when (IsTrouble(e, cancellationToken))
        {
            throw Trouble(e);
        }
    }

    // Azure's client ends several tries with the exceptions of all of them, and one that took too long as if somebody had stopped it.
    private static bool IsTrouble(Exception exception, CancellationToken cancellationToken) =>
        exception is RequestFailedException or AuthenticationFailedException
        || (exception is AggregateException or OperationCanceledException && !cancellationToken.IsCancellationRequested);

    // Neither message of the SDK is passed on: it may quote the answer, and in it the secret.
    private static SecretException Trouble(Exception exception) => exception switch
    {
        RequestFailedException { Status: 404 } => new(isLost: true, "Key Vault no longer has the secret."),
        RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException =>
            new(isLost: false, "Key Vault refuses the monitor: give its identity the role Key Vault Secrets Officer at Store:KeyVaultUrl."),
        RequestFailedException { Status: not 0 and var status } => new(isLost: false, $"Key Vault does not answer as asked ({status})."),
        _ => new(isLost: false, "Key Vault does not answer."),
    };
}
