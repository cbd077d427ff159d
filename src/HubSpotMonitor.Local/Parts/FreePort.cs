using System.Net;
using System.Net.Sockets;

namespace HubSpotMonitor.Local.Parts;

internal static class FreePort
{
    // Below those that systems give out by themselves (Linux from 32768, Windows and macOS from 49152): nobody gets one by chance before it is used.
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _last = Environment.ProcessId * 101 % Count;

    /// <summary>A loopback port that was free a moment ago; somebody else may take it first, so be ready to ask again.</summary>
    public static int Next()
    {
        for (var look = 0; look < Count; look++)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            if (IsFree(port)) return port;
        }
        throw new InvalidOperationException($"Every port from {First} to {First + Count - 1} is taken.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
