using HubSpotMonitor.Bus;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>All that the page of webhook events shows, read once.</summary>
public sealed record EventsModel
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether the settings turn webhooks on.</summary>
    public required bool IsOn { get; init; }

    public IReadOnlyList<PortalView> Portals { get; init; } = [];

    /// <summary>The busiest source first, portal by portal.</summary>
    public IReadOnlyList<SourceRates> Sources { get; init; } = [];

    /// <summary>Open alerts about webhooks and what they brought.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>Requests of the last 24 hours by what became of them, the most frequent first.</summary>
    public IReadOnlyList<(IntakeOutcome Outcome, int Count)> Requests { get; init; } = [];

    /// <summary>Events of the last 24 hours by what became of them.</summary>
    public IReadOnlyDictionary<EventOutcome, int> Events { get; init; } = new Dictionary<EventOutcome, int>();

    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    /// <summary>Which part of the stream is asked for.</summary>
    public required StreamChoice Choice { get; init; }

    /// <summary>What happened, the newest first.</summary>
    public IReadOnlyList<StreamItem> Stream { get; init; } = [];

    /// <summary>Windows of it held more than could be looked through.</summary>
    public bool IsStreamCut { get; init; }

    /// <summary>What the subscriptions have put aside; empty where there is no bus.</summary>
    public IReadOnlyList<BusDeadLetter> BusDeadLetters { get; init; } = [];

    /// <summary>Why the bus could not be asked; absent when it could, or there is none.</summary>
    public string? BusTrouble { get; init; }

    /// <summary>Why nothing could be read; absent when it could.</summary>
    public string? Trouble { get; init; }

    /// <summary>The account's clock; UTC for what belongs to no account.</summary>
    public PortalClock ClockOf(long portal) => PortalClock.Of(Portals.FirstOrDefault(view => view.Id == portal));
}
