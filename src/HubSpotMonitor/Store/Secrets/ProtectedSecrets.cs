using System.Security.Cryptography;

namespace HubSpotMonitor.Store.Secrets;

/// <summary>The host's way of encrypting, since the library knows no web framework: (name, secret) to ciphertext, and back.</summary>
public sealed record SecretProtector(Func<string, string, string> Protect, Func<string, string, string> Unprotect)
{
    /// <summary>Of a host that brings none: refuses, rather than keeping a secret in the clear.</summary>
    public static SecretProtector None { get; } = new((_, _) => throw Missing(), (_, _) => throw Missing());

    private static InvalidOperationException Missing() => new("This host cannot encrypt: set Store:KeyVaultUrl, or register a SecretProtector.");
}

/// <summary>Secrets lie encrypted in the row itself; the keys are the host's affair.</summary>
public sealed class ProtectedSecrets(SecretProtector protector) : ISecretKeeper
{
    public Task<string> KeepAsync(string name, string secret, CancellationToken cancellationToken) =>
        Task.FromResult(protector.Protect(name, secret));

    public Task<string> OpenAsync(string name, string kept, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(protector.Unprotect(name, kept));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return Task.FromException<string>(new SecretException(
                isLost: true, "What is stored cannot be decrypted: the table DataProtectionKeys no longer has the key, or the row is another's.", e));
        }
    }
}
