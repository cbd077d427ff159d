using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amqp;
using Amqp.Framing;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary><c>$cbs</c>: keeps which connection may use which entity, and until when.</summary>
internal sealed class LookAlikeTokens(string key, string jwt, TimeProvider clock) : ILookAlikeNode
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Connection Connection, string Entity), DateTimeOffset> _until = [];

    /// <summary>How often each entity got a token.</summary>
    public Dictionary<string, int> Puts { get; } = [];

    /// <summary>How many of the next tokens are refused, whatever they are.</summary>
    public int RefuseNext { get; set; }

    /// <summary>A token that covered this entity has run out.</summary>
    public event Action<Connection, string>? Expired;

    public Message Answer(Message request, Connection from)
    {
        var type = request.ApplicationProperties["type"] as string;
        // Schemes differ by client; what counts is the path.
        var entity = PathOf(request.ApplicationProperties["name"] as string ?? "");
        var until = type == "jwt" ? OfJwt(request.Body as string) : OfSas(request.Body as string);
        if (RefuseNext > 0)
        {
            RefuseNext--;
            until = null;
        }
        if (until is { } end) Keep(from, entity, end);
        return new Message
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["status-code"] = until is null ? 401 : 202,
                ["status-description"] = until is null ? "Unauthorized" : "Accepted",
            },
        };
    }

    public bool Covers(Connection connection, string entity)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            return _until.Any(entry => entry.Key.Connection == connection && entry.Value > now && IsBelow(entity, entry.Key.Entity));
        }
    }

    private void Keep(Connection connection, string entity, DateTimeOffset end)
    {
        lock (_lock)
        {
            _until[(connection, entity)] = end;
            Puts[entity] = Puts.GetValueOrDefault(entity) + 1;
        }
        ITimer? timer = null;
        timer = clock.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                if (!Covers(connection, entity)) Expired?.Invoke(connection, entity);
            },
            null, end - clock.GetUtcNow(), Timeout.InfiniteTimeSpan);
    }

    private static string PathOf(string audience) =>
        Uri.TryCreate(audience, UriKind.Absolute, out var address) ? Uri.UnescapeDataString(address.AbsolutePath).Trim('/') : audience;

    private static bool IsBelow(string entity, string covered) =>
        entity.Equals(covered, StringComparison.OrdinalIgnoreCase)
        || covered.Length == 0
        || entity.StartsWith(covered + "/", StringComparison.OrdinalIgnoreCase);

    private DateTimeOffset? OfJwt(string? token) => token == jwt ? clock.GetUtcNow().AddHours(1) : null;

    private DateTimeOffset? OfSas(string? token)
    {
        if (token is null || !token.StartsWith("SharedAccessSignature ", StringComparison.Ordinal)) return null;
        var parts = token["SharedAccessSignature ".Length..].Split('&')
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1]);
        var signed = Encoding.UTF8.GetBytes($"{parts["sr"]}\n{parts["se"]}");
        var wanted = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed));
        var end = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["se"], CultureInfo.InvariantCulture));
        return WebUtility.UrlDecode(parts["sig"]) == wanted && end > clock.GetUtcNow() ? end : null;
    }
}
