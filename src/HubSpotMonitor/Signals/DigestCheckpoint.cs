namespace HubSpotMonitor.Signals;

/// <summary>Up to where one portal's digests have told, and how the polls were counted then.</summary>
/// <param name="Portal">The account.</param>
/// <param name="To">The end of the time that the last digest told of.</param>
/// <param name="Polls">The polls of <see cref="UsageCheckpoint.Polls"/> at that time.</param>
/// <param name="GoodPolls">The polls of <see cref="UsageCheckpoint.GoodPolls"/> at that time.</param>
/// <param name="CountedAt">When they were counted.</param>
public sealed record DigestCheckpoint(long Portal, DateTimeOffset To, long Polls, long GoodPolls, DateTimeOffset CountedAt);
