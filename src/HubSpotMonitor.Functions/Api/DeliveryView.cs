using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>A delivery without its message: what was sent where, and how it went.</summary>
internal sealed record DeliveryView(
    string Channel,
    DeliveryState State,
    string AlertId,
    string Title,
    DateTimeOffset QueuedAt,
    DateTimeOffset DueAt,
    DateTimeOffset? SentAt,
    int Attempts,
    int Begun,
    string? LastError)
{
    public static DeliveryView Of(AlertDelivery delivery) => new(
        delivery.Channel,
        delivery.State,
        delivery.Message.AlertId,
        delivery.Message.Title,
        delivery.QueuedAt,
        delivery.DueAt,
        delivery.SentAt,
        delivery.Attempts,
        delivery.Begun,
        delivery.LastError);
}
