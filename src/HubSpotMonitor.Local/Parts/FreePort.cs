using System.Net;
using System.Net.Sockets;

namespace HubSpotMonitor.Local.Parts;

internal static class FreePort
{
    /// <summary>A loopback port that was free a moment ago; somebody else may take it first, so be ready to ask again.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
