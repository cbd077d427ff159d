namespace HubSpotMonitor.Signals;

/// <summary>Which model judges a series, since when, and how good it is.</summary>
/// <param name="LiveSince">When the live shape of the week was fitted.</param>
/// <param name="Days">Days of counts that it is made from, of the last four weeks.</param>
/// <param name="MedianError">How far half hours of the last week were from what had been expected of them, as a share of it; the middle one.</param>
/// <param name="LastTrialAt">When a new shape was last held against the live one.</param>
/// <param name="IsLastTrialPromoted">Whether the new one went live.</param>
public sealed record ModelSummary(DateTimeOffset LiveSince, double Days, double? MedianError, DateTimeOffset? LastTrialAt, bool? IsLastTrialPromoted);
