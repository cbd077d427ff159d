using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>Findings and activity for a SIEM: as lines of OCSF 1.8 or CEF, over a bounded time.</summary>
internal static class ExportApi
{
    private const string Json = "application/x-ndjson";
    private const string Plain = "text/plain";
    private const int MaxDays = 31;

    private static readonly QueryWord Format = new("format", "ocsf (JSON lines) or cef; left out: ocsf.");
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapExportApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/export/findings", FindingsAsync)
            .Sends("Alerts that fired within the time, and what each rule said if it was judged within it, as lines for a SIEM", Json, Plain)
            .Asks(QueryWord.Portal, QueryWord.From, QueryWord.To, Format).Refuses(400);
        api.MapGet("/export/activity", ActivityAsync)
            .Sends("Logins, security activity and audit log of the accounts, as lines for a SIEM", Json, Plain)
            .Asks(QueryWord.Portal, QueryWord.From, QueryWord.To, Format).Refuses(400);
    }

    private static IResult FindingsAsync(
        HttpRequest request, DashboardReader dashboard, PostureReader posture, MonitorScope scope, TimeProvider clock) =>
        Answer(request, scope, clock, "findings", (query, cancellationToken) => FindingLinesAsync(query, dashboard, posture, cancellationToken));

    private static IResult ActivityAsync(HttpRequest request, StreamReport stream, MonitorScope scope, TimeProvider clock) =>
        Answer(request, scope, clock, "activity", (query, cancellationToken) => ActivityLinesAsync(query, stream, scope, cancellationToken));

    private static async IAsyncEnumerable<string> FindingLinesAsync(
        Query query, DashboardReader dashboard, PostureReader posture, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var alert in dashboard.ReadFiredAsync(query.Portal, query.Interval.From, query.Interval.To, cancellationToken))
            yield return query.IsCef ? Cef.Of(alert) : Text(OcsfFindings.Render(alert));

        foreach (var (portal, _, report) in await posture.ReadAsync(query.Portal, cancellationToken))
        {
            if (report is null || report.At < query.Interval.From || report.At >= query.Interval.To) continue;
            var lines = report.Results.SelectMany(
                result => query.IsCef ? Cef.Of(result, portal, report.At) : OcsfFindings.Render(result, portal, report.At).Select(Text));
            foreach (var line in lines) yield return line;
        }
    }

    private static async IAsyncEnumerable<string> ActivityLinesAsync(
        Query query, StreamReport stream, MonitorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var portal in scope.Portals.Where(portal => query.Wants(portal.Id)))
        {
            await foreach (var item in stream.ReadActivityAsync(portal.Id, query.Interval.From, query.Interval.To, cancellationToken))
                yield return query.IsCef ? Cef.Of(item, portal) : Text(OcsfActivity.Render(item, portal));
        }
    }

    private static IResult Answer(
        HttpRequest request, MonitorScope scope, TimeProvider clock, string name, Func<Query, CancellationToken, IAsyncEnumerable<string>> lines)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal))
            return Problem(StatusCodes.Status400BadRequest, PortalQuery.WantedOrNone);
        var (interval, wrong) = Interval.Parse(request.Query, clock.GetUtcNow(), MaxDays);
        if (interval is null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var day = interval.From.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return request.Query["format"].ToString() switch
        {
            "" or "ocsf" => new LineStream(
                lines(new(portal, interval, IsCef: false), request.HttpContext.RequestAborted), $"{Json}; charset=utf-8", $"{name}-{day}.ocsf.jsonl"),
            "cef" => new LineStream(
                lines(new(portal, interval, IsCef: true), request.HttpContext.RequestAborted), $"{Plain}; charset=utf-8", $"{name}-{day}.cef"),
            _ => Problem(StatusCodes.Status400BadRequest, "format must be ocsf or cef."),
        };
    }

    private static string Text(JsonObject line) => line.ToJsonString(Written);

    private sealed record Query(long? Portal, Interval Interval, bool IsCef)
    {
        public bool Wants(long portal) => Portal is null || Portal == portal;
    }
}
