using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>All that the page of silences shows.</summary>
public sealed record SilencesModel
{
    public required DateTimeOffset Now { get; init; }

    public required IReadOnlyList<Portal> Portals { get; init; }

    public required IReadOnlyList<Silence> Silences { get; init; }

    public required IReadOnlyList<MaintenanceWindow> Windows { get; init; }

    /// <summary>What was wrong with the form that was sent.</summary>
    public IReadOnlyList<string> Wrong { get; init; } = [];

    /// <summary>The form that was refused, so that nobody fills it in again.</summary>
    public IFormCollection? Sent { get; init; }

    /// <param name="field">The name of a field.</param>
    /// <param name="isWindow">Of which of the two forms.</param>
    /// <returns>What was sent; null: nothing was, or the other form.</returns>
    public string? Said(string field, bool isWindow) =>
        Sent is { } sent && sent.ContainsKey("cron") == isWindow && sent.TryGetValue(field, out var said) ? said.ToString() : null;
}
