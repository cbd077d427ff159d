using System.Net;

namespace HubSpotMonitor.Local;

/// <summary>Where the host listens.</summary>
/// <param name="Address">Where this machine finds it.</param>
/// <param name="Urls">What ASPNETCORE_URLS tells the host; null: it listens at the address and nowhere else.</param>
internal sealed record HostPlace(Uri Address, string? Urls = null)
{
    private const int DefaultPort = 7071;

    /// <summary>The setting by which somebody chose it, or can choose another.</summary>
    public string Setting => Urls is null ? "--port" : "ASPNETCORE_URLS";

    /// <param name="port">What the command line asks for; null: nothing. It goes before the environment, and opens the host to nobody else.</param>
    /// <param name="urls">ASPNETCORE_URLS, where it counts; null: it is not set.</param>
    public static HostPlace Of(int? port, string? urls) =>
        port is null && urls is not null ? new(Reached(urls), urls) : new(new Uri($"http://127.0.0.1:{port ?? DefaultPort}/"));

    private static Uri Reached(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ReachedAt)
            .FirstOrDefault(address => address is not null)
        ?? throw new CannotRunException(
            $"ASPNETCORE_URLS is '{urls}': one of its addresses must be http with a port, for example http://0.0.0.0:7071, so that it can be seen whether the host answers.");

    /// <returns>Null: not by plain http.</returns>
    private static Uri? ReachedAt(string url)
    {
        try
        {
            var binding = BindingAddress.Parse(url);
            if (binding is not { Scheme: "http", IsUnixPipe: false, IsNamedPipe: false, Port: > 0 }) return null;

            // By a wildcard or a name the host listens at every address of this machine.
            var isOne = IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any);
            return new Uri($"http://{(isOne ? binding.Host : "127.0.0.1")}:{binding.Port}/");
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
