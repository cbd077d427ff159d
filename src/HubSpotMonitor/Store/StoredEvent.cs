using Azure;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Store;

/// <summary>What became of the events handed in.</summary>
/// <param name="Stored">New rows.</param>
/// <param name="Repeated">Rows that were there already.</param>
/// <param name="Refused">What the store does not take, with its own word for why.</param>
public sealed record EventsAdded(int Stored, int Repeated, IReadOnlyList<(WebhookEvent Event, string Why)> Refused);

/// <summary>A stored event.</summary>
/// <param name="Event">As it was received.</param>
/// <param name="ReceivedAt">When the first attempt arrived that was stored.</param>
public sealed record StoredEvent(WebhookEvent Event, DateTimeOffset ReceivedAt);

/// <summary>A minute whose count changed.</summary>
/// <param name="Portal">The account's number.</param>
/// <param name="Minute">The minute's start.</param>
/// <param name="ReceivedAt">When the latest events of it were received.</param>
/// <param name="IsPushed">HubSpot pushed those events; false: its journal told them.</param>
/// <param name="ETag">Tells whether it was set anew.</param>
public sealed record MarkedMinute(long Portal, DateTimeOffset Minute, DateTimeOffset ReceivedAt, bool IsPushed, ETag ETag);
