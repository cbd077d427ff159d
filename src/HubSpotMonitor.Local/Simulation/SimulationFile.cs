using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Simulation;

/// <summary>What the simulation remembers between runs: enough to compute every call of its past again.</summary>
/// <param name="Seed">Decides the account's traffic.</param>
/// <param name="HistorySent">Whether the host has been given the weeks before the first run.</param>
/// <param name="Runs">Oldest first.</param>
internal sealed record SimulationMemory(int Seed, bool HistorySent, IReadOnlyList<RememberedRun> Runs);

/// <param name="Scenario">Its name.</param>
/// <param name="StartedAt">Simulated.</param>
/// <param name="StoppedAt">Simulated. While the run goes on, an instant that it will not have reached before this file is written again.</param>
internal sealed record RememberedRun(string Scenario, DateTimeOffset StartedAt, DateTimeOffset StoppedAt);

/// <summary>The file simulation.json.</summary>
internal sealed class SimulationFile(string path)
{
    private const int DefaultSeed = 20_260_901;

    public SimulationMemory Read()
    {
        if (!File.Exists(path))
            return new(DefaultSeed, HistorySent: false, []);
        try
        {
            var memory = JsonSerializer.Deserialize(File.ReadAllText(path), SimulationJson.Default.SimulationMemory);
            if (memory is { Runs: not null } && memory.Runs.All(run => run is { Scenario: not null } && run.StoppedAt >= run.StartedAt))
                return memory;
        }
        catch (JsonException)
        {
            // Said below, as for a file that is JSON but not ours.
        }
        throw new CannotRunException(
            $"{path} cannot be read as the memory of the simulation. Delete the folder {Path.GetDirectoryName(path)} to start anew.");
    }

    public void Write(SimulationMemory memory)
    {
        // A rename is whole or not at all, so that a crash leaves the file readable.
        var draft = path + ".new";
        File.WriteAllText(draft, JsonSerializer.Serialize(memory, SimulationJson.Default.SimulationMemory));
        File.Move(draft, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SimulationMemory))]
internal sealed partial class SimulationJson : JsonSerializerContext;
