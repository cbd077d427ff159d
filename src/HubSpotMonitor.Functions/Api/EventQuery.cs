using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Which events <c>GET /api/events</c> is asked for.</summary>
internal sealed record EventQuery(long Portal, string? Type, Interval Interval, int Take)
{
    private const int MaxDays = 62;
    private const int UsualTake = 200;
    private const int MaxTake = 1000;

    /// <returns>The query, or a sentence that names the parameter that is wrong.</returns>
    public static (EventQuery? Query, string? Wrong) Parse(HttpRequest request, MonitorScope scope, DateTimeOffset now)
    {
        if (!PortalQuery.TryRead(request, scope, out var named) || named is not { } portal)
            return (null, PortalQuery.Wanted);

        var parameters = request.Query;
        var take = UsualTake;
        if (parameters["take"].ToString() is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take is < 1 or > MaxTake))
        {
            return (null, $"take must be a number from 1 to {MaxTake}.");
        }

        var type = parameters["type"].ToString() is { Length: > 0 } asked ? asked : null;
        var (interval, wrong) = Interval.Parse(parameters, now, MaxDays);
        return interval is null ? (null, wrong) : (new EventQuery(portal, type, interval, take), null);
    }
}
