using System.Globalization;
using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>Tells what happens in the simulation when it happens, in the account's own time.</summary>
internal sealed class Storyteller(SimulatedClock clock, SimulatedAccount account)
{
    public async Task TellAsync(ScenarioRun run, Action<string> say, CancellationToken cancellationToken)
    {
        foreach (var line in run.Scenario.Lines.OrderBy(line => line.After))
        {
            var at = run.StartedAt + line.After;
            await clock.UntilAsync(at, cancellationToken);
            say($"{Time(at, "HH:mm")} simulated: {line.Says}");
        }
    }

    /// <summary><c>Tue 24 Nov 01:40</c>, in the account's zone.</summary>
    public string Time(DateTimeOffset at, string format = "ddd d MMM HH:mm") =>
        TimeZoneInfo.ConvertTime(at, account.Zone).ToString(format, CultureInfo.InvariantCulture);
}
