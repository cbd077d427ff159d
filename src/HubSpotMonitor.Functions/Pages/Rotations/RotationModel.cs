using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Rotations;

/// <summary>A secret that must be made new by a day.</summary>
public sealed record DueKey(Portal Portal, Credential Credential, DateTimeOffset DueAt, TimeSpan Limit)
{
    /// <summary>Of its limit, how much of its life is over; above 1: overdue.</summary>
    public double Spent(DateTimeOffset now) => 1 + ((now - DueAt) / Limit);
}

/// <summary>A stretch of the calendar.</summary>
/// <param name="Title"><c>Overdue</c>, <c>December 2026</c>, <c>Later</c>.</param>
/// <param name="Keys">The first due first.</param>
public sealed record DueMonth(string Title, IReadOnlyList<DueKey> Keys);

/// <summary>All that the calendar of rotations shows.</summary>
public sealed record RotationModel
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Every account of the settings, for the choice.</summary>
    public required IReadOnlyList<Portal> All { get; init; }

    /// <summary>The one chosen; null: all.</summary>
    public long? Portal { get; init; }

    public IReadOnlyList<DueMonth> Months { get; init; } = [];

    /// <summary>Static secrets whose age nobody knows.</summary>
    public IReadOnlyList<(Portal Portal, Credential Credential)> Undated { get; init; } = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<RotationProof> Proofs { get; init; } = [];

    /// <summary>Why nothing can be shown.</summary>
    public string? Trouble { get; init; }
}
