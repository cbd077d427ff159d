namespace HubSpotMonitor.Detection.Series;

/// <summary>Which shape of the week is live, and how good it is.</summary>
/// <param name="LiveSince">When it was fitted.</param>
/// <param name="MedianError">
/// How far half hours of the last seven days were from what had been expected of them before they came, as a share of it; the middle one.
/// Null: none was expected to hold a count.
/// </param>
/// <param name="LastTrial">The last time a new shape was held against the live one; null: there was none yet.</param>
public sealed record ModelQuality(DateTimeOffset LiveSince, double? MedianError, ModelTrial? LastTrial);

/// <summary>A new shape of the week held against the live one, over a day that neither was fitted to.</summary>
/// <param name="At">When.</param>
/// <param name="IsPromoted">Whether the new one went live.</param>
/// <param name="Candidate">
/// Mean square of the new shape's deviations on that day, in Poisson standard deviations: 1 is as good as can be, less is better.
/// </param>
/// <param name="Live">The same of the shape that was live.</param>
public sealed record ModelTrial(DateTimeOffset At, bool IsPromoted, double Candidate, double Live);
