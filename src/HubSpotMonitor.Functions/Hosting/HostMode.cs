using System.Globalization;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>Who calls the timers: the Functions host, when it gave us a port, or our own schedule.</summary>
internal sealed record HostMode(int? CustomHandlerPort)
{
    // Set by the Functions host; there is no section to bind it to.
    private const string PortSetting = "FUNCTIONS_CUSTOMHANDLER_PORT";

    public bool IsCustomHandler => CustomHandlerPort is not null;

    /// <exception cref="StartRefusal">The port is not a port.</exception>
    public static HostMode From(IConfiguration configuration)
    {
        var text = configuration[PortSetting];
        if (string.IsNullOrEmpty(text))
            return new HostMode((int?)null);

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new StartRefusal($"{PortSetting} is '{text}', but must be a port from 1 to 65535.");

        return new HostMode(port);
    }
}
