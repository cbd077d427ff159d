using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Local.Parts;

/// <summary>What must hold before anything is started.</summary>
internal static class Requirements
{
    private const int OldestNode = 20;

    public static async Task CheckNodeAsync(CancellationToken cancellationToken)
    {
        string version;
        try
        {
            var answer = await Cli.Wrap("node")
                .WithArguments("--version")
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(cancellationToken);
            version = answer.StandardOutput.Trim();
        }
        catch (Win32Exception)
        {
            throw new CannotRunException(
                $"Node.js was not found on the PATH. Install Node {OldestNode} or newer from https://nodejs.org: Azurite, the local storage, runs on it.");
        }
        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, CultureInfo.InvariantCulture, out var number) || number < OldestNode)
        {
            throw new CannotRunException(
                $"Node.js {version} is too old. Install Node {OldestNode} or newer from https://nodejs.org: Azurite, the local storage, runs on it.");
        }
    }

    public static void CheckPort(HostPlace place)
    {
        // At another address the port may be free where it is taken here, or the other way round: there the host itself finds out.
        if (place.Address.Host != "127.0.0.1") return;

        var port = place.Address.Port;
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
        }
        catch (SocketException problem)
        {
            throw new CannotRunException(problem.SocketErrorCode == SocketError.AccessDenied
                ? $"Port {port} needs more rights than you have. Choose another port with {place.Setting}."
                : $"Port {port} is taken by another program. Stop that program, or choose another port with {place.Setting}.");
        }
    }
}
