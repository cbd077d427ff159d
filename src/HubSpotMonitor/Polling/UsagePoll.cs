using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>What one poll of one portal brought.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Says">A sentence for people, when it did not go well. Holds no secret.</param>
/// <param name="Readings">What was measured; empty when there is no evidence.</param>
/// <param name="Clock">The account's clock, when HubSpot told it.</param>
public sealed record UsagePoll(PollOutcome Outcome, string? Says, IReadOnlyList<Reading> Readings, AccountClock? Clock);
