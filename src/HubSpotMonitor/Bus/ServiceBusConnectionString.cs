using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HubSpotMonitor.Bus;

/// <summary>
/// Where a bus is and by which key, in the form that Azure and its emulator show
/// and that serves for a plain broker too (<c>amqp://</c>, user, password).
/// </summary>
internal sealed record ServiceBusConnectionString
{
    private const string Example = "it looks like Endpoint=sb://my-bus.servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…";

    public required string Host { get; init; }

    /// <summary>Null: the transport's own.</summary>
    public required int? Port { get; init; }

    public required bool IsTls { get; init; }

    public required string KeyName { get; init; }

    public required string Key { get; init; }

    /// <summary>The one entity that the key is for, if it is not the namespace's.</summary>
    public string? EntityPath { get; init; }

    /// <returns>Either the parts, or what is wrong: a sentence that continues the setting's name and holds nothing of the key.</returns>
    public static (ServiceBusConnectionString? Parsed, string? Wrong) Parse(string text)
    {
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // A key ends with = signs of its own.
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !parts.TryAdd(part[..equals].TrimEnd(), part[(equals + 1)..].Trim()))
                return (null, $"has a part that is not Name=Value, or has one twice; {Example}.");
        }
        if (parts.ContainsKey("SharedAccessSignature"))
            return (null, "holds a ready-made signature, which ends some day: give the key by SharedAccessKeyName and SharedAccessKey.");
        // Plain letters only: of others Uri makes plain ones, and of one that looks like a semicolon a semicolon.
        if (parts.GetValueOrDefault("Endpoint") is not { } address
            || !Ascii.IsValid(address)
            || !Uri.TryCreate(address, UriKind.Absolute, out var endpoint)
            || !IsBus(endpoint))
        {
            return (null, $"has no Endpoint with sb://, amqps:// or amqp:// and a host; {Example}.");
        }
        if (parts.GetValueOrDefault("SharedAccessKeyName") is not { Length: > 0 } name
            || parts.GetValueOrDefault("SharedAccessKey") is not { Length: > 0 } key)
        {
            return (null, $"lacks SharedAccessKeyName or SharedAccessKey; {Example}.");
        }
        var isTls = endpoint.Scheme != "amqp"
            && !(bool.TryParse(parts.GetValueOrDefault("UseDevelopmentEmulator"), out var isEmulator) && isEmulator);
        if (!isTls && !IsNear(endpoint.DnsSafeHost))
        {
            return (
                null,
                $"asks for no encryption, which is only for this machine, a container or a private network, but the host is '{endpoint.Host}'.");
        }
        return (new()
        {
            Host = endpoint.DnsSafeHost,
            Port = endpoint.IsDefaultPort || endpoint.Port < 0 ? null : endpoint.Port,
            IsTls = isTls,
            KeyName = name,
            Key = key,
            EntityPath = parts.GetValueOrDefault("EntityPath"),
        }, null);
    }

    /// <summary>For logs: without the key.</summary>
    public override string ToString() => $"{Host} as {KeyName}";

    private static bool IsBus(Uri endpoint) => endpoint is
    {
        Scheme: "sb" or "amqps" or "amqp",
        HostNameType: UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6,
        UserInfo: "",
        Port: not 0,
    };

    // A name without a dot is a container's, or this machine's.
    private static bool IsNear(string host)
    {
        if (!IPAddress.TryParse(host, out var address)) return !host.Contains('.', StringComparison.Ordinal) || host == "host.docker.internal";
        if (IPAddress.IsLoopback(address)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal;
        return address.GetAddressBytes() is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..];
    }
}
