using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Which role a password opens.</summary>
internal sealed class PasswordCheck(IOptions<SignInOptions> options)
{
    private readonly SignInOptions _passwords = options.Value;

    /// <returns>Null: none. Takes the same time whatever is wrong.</returns>
    public string? RoleOf(string? attempt)
    {
        var isResponder = Same(attempt, _passwords.Password);
        var isReader = Same(attempt, _passwords.ReaderPassword);
        return isResponder ? Roles.Responder : isReader ? Roles.Reader : null;
    }

    /// <summary>Made from the role's password and kept in the cookie: with a new password the old sessions end.</summary>
    public string StampOf(string role)
    {
        var password = role == Roles.Responder ? _passwords.Password : _passwords.ReaderPassword;
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(password ?? ""), Encoding.UTF8.GetBytes(role)).AsSpan(0, 16));
    }

    private static bool Same(string? attempt, string? password) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(attempt ?? "")),
            SHA256.HashData(Encoding.UTF8.GetBytes(password ?? "")))
        && !string.IsNullOrEmpty(password);
}
