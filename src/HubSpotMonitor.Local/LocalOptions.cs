namespace HubSpotMonitor.Local;

/// <summary>What the command line asks for.</summary>
/// <param name="Port">The port of the dashboard; null: none was named.</param>
/// <param name="Scenario">The name of the story that the simulated account lives through.</param>
/// <param name="Speed">Simulated seconds in a real one.</param>
/// <param name="DataDirectory">Where everything that outlives a run is kept.</param>
/// <param name="Real">Watch a real account instead of a simulated one.</param>
/// <param name="Connect">The host begins without a token: the simulated account is to be connected by OAuth.</param>
/// <param name="Bus">A bus's connection string, which holds its key; null: the host carries its messages itself.</param>
internal sealed record LocalOptions(
    int? Port, string Scenario, double Speed, string DataDirectory, bool Real, bool Connect = false, string? Bus = null)
{
    /// <summary>A real and a simulated account never share a table.</summary>
    public string RunDirectory => Path.Combine(DataDirectory, Real ? "real" : "simulated");
}
