namespace HubSpotMonitor.Signals;

/// <summary>How many webhook requests ended in one way in one minute.</summary>
/// <param name="Minute">The minute's start, by the time of receipt. UTC.</param>
/// <param name="Outcome">What became of them.</param>
/// <param name="Count">Requests.</param>
public sealed record IntakeCount(DateTimeOffset Minute, IntakeOutcome Outcome, int Count);
