using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Pages.Charts;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>What the reader of the stream wants to see; all of it stands in the address, so that a link keeps it.</summary>
/// <param name="Portal">Null: none is chosen, and there are several.</param>
/// <param name="From"><c>webhooks</c>, a history's name in lower case, or empty for all.</param>
/// <param name="Text">Part of a type, name, place or object.</param>
/// <param name="Span">How far back.</param>
public sealed record StreamChoice(long? Portal, string From, string Text, ChartSpan Span)
{
    public const string Webhooks = "webhooks";

    private const int LongestText = 100;

    /// <summary>What <see cref="From"/> can be, and how it is called.</summary>
    public static IReadOnlyList<(string Name, string Label)> Sources { get; } =
        [("", "All"), (Webhooks, "Webhooks"), ("security", "Security activity"), ("login", "Logins"), ("audit", "Audit log")];

    /// <summary>What cannot be read asks for nothing: a page is no form to be refused.</summary>
    public static StreamChoice Of(IQueryCollection parameters, IReadOnlyList<Portal> portals)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var from = parameters["from"].ToString();
        return new(
            PortalQuery.OfPage(parameters, portals) ?? (portals is [var only] ? only.Id : null),
            Sources.Any(source => source.Name == from) ? from : "",
            parameters["q"].ToString().Trim() is { Length: <= LongestText } text ? text : "",
            ChartSpan.Of(parameters["span"]));
    }

    /// <returns>Null: no account is chosen.</returns>
    public StreamQuery? Query => Portal is not { } portal ? null : new(
        portal,
        From is "" or Webhooks,
        [.. Enum.GetValues<ActivityFeed>().Where(feed => From.Length == 0 || feed.ToString().Equals(From, StringComparison.OrdinalIgnoreCase))],
        Text,
        Span.Length);
}
