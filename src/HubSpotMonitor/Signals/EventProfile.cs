using System.Text.Json.Serialization;

namespace HubSpotMonitor.Signals;

/// <summary>What an event does to a record, as far as it matters for how much of it is normal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
public enum ChangeKind
{
    Change,
    Deletion,
}

/// <summary>The most events of one kind that one source caused within any ten minutes of a day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Events">In the fullest ten minutes.</param>
/// <param name="At">When those ended.</param>
public sealed record DailyPeak(DateOnly Day, int Events, DateTimeOffset At);

/// <summary>What is usual for one source of one portal.</summary>
public sealed record EventProfile
{
    public required long Portal { get; init; }

    /// <summary>See <see cref="ChangeSource"/>.</summary>
    public required string Source { get; init; }

    public required ChangeKind Kind { get; init; }

    /// <summary>The first day it was seen, UTC.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>Days on which it did anything, oldest first, of the last 28.</summary>
    public required IReadOnlyList<DailyPeak> Peaks { get; init; }

    /// <summary><c>INTEGRATION:9393361|deletion</c>.</summary>
    [JsonIgnore]
    public string Subject => SubjectOf(Source, Kind);

    public static string SubjectOf(string source, ChangeKind kind) => $"{source}|{(kind == ChangeKind.Deletion ? "deletion" : "change")}";

    /// <summary>By the last word of HubSpot's name: <c>contact.deletion</c>, <c>contact.privacyDeletion</c>.</summary>
    public static ChangeKind KindOf(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.EndsWith("deletion", StringComparison.OrdinalIgnoreCase) ? ChangeKind.Deletion : ChangeKind.Change;
    }
}
