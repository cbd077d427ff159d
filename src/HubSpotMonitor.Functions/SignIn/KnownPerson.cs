using System.Net;
using System.Security.Claims;
using System.Text.Json;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Who somebody is, by what a request itself tells.</summary>
internal static class KnownPerson
{
    /// <summary>The longest name that an act is kept under.</summary>
    public const int LongestName = 100;

    // What passes on the requests of others says so, where it keeps to the custom.
    private static readonly string[] ForwardedHeaders = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"];

    public static ClaimsPrincipal Of(string? name, IEnumerable<string> roles, params IEnumerable<Claim> more) => new(new ClaimsIdentity(
        [
            .. Name(name) is { } clean ? [new Claim(ClaimTypes.Name, clean)] : Array.Empty<Claim>(),
            .. roles.Select(role => new Claim(ClaimTypes.Role, role)),
            .. more,
        ],
        FrontDoor.Scheme));

    /// <summary>Whoever sits at this machine may do all.</summary>
    public static ClaimsPrincipal? AtThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer) && !ForwardedHeaders.Any(context.Request.Headers.ContainsKey)
            ? Of(null, [Roles.Responder])
            : null;

    /// <summary>Whom App Service Authentication let through. Its headers are worth something only where it stands in front.</summary>
    public static ClaimsPrincipal? OfPlatform(HttpContext context)
    {
        var headers = context.Request.Headers;
        // Given twice, one of them is not the platform's.
        return headers.TryGetValue("X-MS-CLIENT-PRINCIPAL", out var principal)
            && principal.Count == 1
            && headers["X-MS-CLIENT-PRINCIPAL-NAME"] is { Count: <= 1 } name
            ? Read(principal.ToString(), name.ToString())
            : null;
    }

    /// <param name="principal">Base64 of <c>{"name_typ":…,"role_typ":…,"claims":[{"typ":…,"val":…}]}</c>.</param>
    /// <param name="name">The name beside it; empty: the one among the claims.</param>
    /// <returns>Null: it cannot be read.</returns>
    public static ClaimsPrincipal? Read(string principal, string? name)
    {
        try
        {
            using var document = JsonDocument.Parse(Convert.FromBase64String(principal));
            var root = document.RootElement;
            var claims = root.GetProperty("claims").EnumerateArray().Select(claim => (Type: Text(claim, "typ"), Value: Text(claim, "val"))).ToList();
            var (nameType, roleType) = (Text(root, "name_typ"), Text(root, "role_typ"));
            var roles = claims
                .Where(claim => claim.Type == "roles" || claim.Type == ClaimTypes.Role || (roleType is { Length: > 0 } && claim.Type == roleType))
                .Select(claim => claim.Value);
            var own = claims.FirstOrDefault(claim => claim.Type == nameType).Value
                ?? claims.FirstOrDefault(claim => claim.Type == "preferred_username").Value;
            return Of(
                string.IsNullOrWhiteSpace(name) ? own : name,
                roles.Where(role => role is Roles.Reader or Roles.Responder).Select(role => role!));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <returns>Without control characters and blanks around it, cut to <see cref="LongestName"/>; null: nothing is left.</returns>
    public static string? Name(string? text)
    {
        var clean = new string([.. (text ?? "").Where(letter => !char.IsControl(letter))]).Trim();
        return clean.Length switch { 0 => null, > LongestName => clean[..LongestName], _ => clean };
    }
}
