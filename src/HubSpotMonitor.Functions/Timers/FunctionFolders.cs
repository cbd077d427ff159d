using System.Text.Json;
using System.Text.Json.Serialization;
using Cronos;
using HubSpotMonitor.Functions.Hosting;

namespace HubSpotMonitor.Functions.Timers;

/// <summary>The functions as their <c>function.json</c> files declare them: the same files that Azure reads.</summary>
internal sealed record FunctionFolders(IReadOnlyList<FunctionFolder> All)
{
    public IEnumerable<FunctionFolder> Timers => All.Where(folder => folder.Trigger.Schedule is not null);

    /// <exception cref="StartRefusal">A file is missing or cannot be understood.</exception>
    public static FunctionFolders Read(string directory)
    {
        var oneDeep = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
        var folders = Directory.EnumerateFiles(directory, "function.json", oneDeep)
            .Order(StringComparer.Ordinal)
            .Select(ReadFolder)
            .ToList();
        if (folders.Count == 0)
            throw new StartRefusal($"No function.json was found in the folders of {directory}: the installation is incomplete.");
        return new FunctionFolders(folders);
    }

    private static FunctionFolder ReadFolder(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var wire = JsonSerializer.Deserialize(stream, FunctionJson.Default.FunctionWire);
            var trigger = wire?.Bindings?.SingleOrDefault(binding => binding.Type.EndsWith("Trigger", StringComparison.Ordinal))
                ?? throw new StartRefusal($"{path} has no trigger.");
            return new FunctionFolder(Path.GetFileName(Path.GetDirectoryName(path))!, trigger);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new StartRefusal($"{path} is not a function.json: {exception.Message}");
        }
    }
}

/// <summary>One function: its folder's name and its trigger.</summary>
internal sealed record FunctionFolder(string Name, TriggerBinding Trigger)
{
    /// <exception cref="StartRefusal">The schedule cannot be understood.</exception>
    public CronExpression ParseSchedule()
    {
        try
        {
            return CronExpression.Parse(Trigger.Schedule ?? "", CronFormat.IncludeSeconds);
        }
        catch (CronFormatException exception)
        {
            throw new StartRefusal($"The schedule '{Trigger.Schedule}' of {Name} cannot be understood: {exception.Message}");
        }
    }
}

/// <summary>A trigger as it stands in <c>function.json</c>.</summary>
internal sealed record TriggerBinding
{
    public required string Type { get; init; }

    public string? Schedule { get; init; }

    public string? Route { get; init; }

    public string? AuthLevel { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = [];

    public bool? UseMonitor { get; init; }

    public bool? RunOnStartup { get; init; }
}

internal sealed record FunctionWire(IReadOnlyList<TriggerBinding>? Bindings);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(FunctionWire))]
internal sealed partial class FunctionJson : JsonSerializerContext;
