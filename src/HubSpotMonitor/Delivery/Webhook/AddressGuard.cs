using System.Net;
using System.Net.Sockets;

namespace HubSpotMonitor.Delivery.Webhook;

/// <summary>
/// Keeps the webhook out of the network that the monitor stands in (server-side request forgery): looks at the address that a name leads to
/// at the moment of connecting, and connects to that very address, so that a name cannot change its meaning in between.
/// </summary>
internal static class AddressGuard
{
    // IANA's special-purpose addresses, https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, and the one
    // by which Azure serves its machines, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
    private static readonly IPNetwork[] Private =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "168.63.129.16/32", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "::/8", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
            "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Array.Exists(Private, network => network.Contains(plain));
    }

    /// <param name="endpoint">Where the client wants to go.</param>
    /// <param name="isLoopbackMeant">The setting itself names this machine.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DeliveryException">The name leads into a private network.</exception>
    public static async Task<Stream> ConnectAsync(DnsEndPoint endpoint, bool isLoopbackMeant, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        IPAddress[] allowed = [.. addresses.Where(address => isLoopbackMeant ? IPAddress.IsLoopback(address) : IsPublic(address))];
        if (allowed.Length == 0)
        {
            throw DeliveryException.OfChannel(
                "The webhook's address leads into a private network: check Delivery:Webhook:Url, or set Delivery:Webhook:AllowPrivateNetwork to true if that is meant.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
