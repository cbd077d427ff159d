using System.Text.Json.Serialization;

namespace HubSpotMonitor.Benchmarks.Usage;

/// <summary>One alert as the product would raise it; a line of the output.</summary>
/// <param name="Series">The file's name.</param>
/// <param name="Start">When it was raised.</param>
/// <param name="End">When it last fired.</param>
/// <param name="Class">What kind of incident.</param>
/// <param name="P">How rare it is on the series' own past.</param>
/// <param name="Expected">Over the length of time that spoke first.</param>
/// <param name="Seen">The same.</param>
/// <param name="Sentence">What a person reads.</param>
public sealed record UsageAlert(
    string Series, DateTimeOffset Start, DateTimeOffset End, string Class, double P, double Expected, double Seen, string Sentence);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(UsageAlert))]
internal sealed partial class UsageAlertJson : JsonSerializerContext;
