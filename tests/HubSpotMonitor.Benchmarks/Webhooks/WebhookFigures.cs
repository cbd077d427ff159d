namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>The same events, by turns.</summary>
internal sealed record WebhookRound(LoadFigures Bare, LoadFigures Ours, LoadFigures Peer);

/// <param name="Reading">Rounds without I/O.</param>
/// <param name="Rounds">Rounds with the store.</param>
/// <param name="BareConcurrency">With how many transactions at a time the bare store was fastest.</param>
/// <param name="Half">Events a second at which the answers were timed: half of what we took.</param>
/// <param name="Answers">Ours, shortest first.</param>
/// <param name="PeerAnswers">The peer's, shortest first.</param>
/// <param name="Sent">Events, to each.</param>
/// <param name="Stored">By us.</param>
/// <param name="Counted">By us.</param>
/// <param name="PeerStored">By the peer.</param>
internal sealed record WebhookFigures(
    IReadOnlyList<ReadingFigures> Reading, IReadOnlyList<WebhookRound> Rounds, int BareConcurrency, double Half,
    IReadOnlyList<TimeSpan> Answers, IReadOnlyList<TimeSpan> PeerAnswers, int Sent, int Stored, int Counted, int PeerStored)
{
    /// <summary>Whether every event is there, once.</summary>
    public bool IsWhole => Stored == Sent && Counted == Sent && PeerStored == Sent;
}
