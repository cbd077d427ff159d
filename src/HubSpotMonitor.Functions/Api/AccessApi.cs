using System.Globalization;
using System.Text;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>One portal's credentials and apps.</summary>
internal sealed record PortalCredentials(long Portal, DateTimeOffset? At, IReadOnlyList<Credential> Credentials);

/// <summary>What each rule says of one portal.</summary>
internal sealed record PortalFindings(long Portal, DateTimeOffset? At, IReadOnlyList<RuleResult> Rules);

/// <summary>How much of the rules can be judged at one portal.</summary>
/// <param name="Portal">The account's number.</param>
/// <param name="At">When it was judged; absent before the first time.</param>
/// <param name="Evaluated">Rules that pass or fail.</param>
/// <param name="All">All rules.</param>
/// <param name="Gaps">What would raise it.</param>
/// <param name="Sources">What could be read.</param>
internal sealed record PortalCoverage(long Portal, DateTimeOffset? At, int Evaluated, int All, IReadOnlyList<CoverageGap> Gaps, IReadOnlyList<SourceState> Sources);

/// <summary>Who can get in, what the rules say of it, and what they cannot say.</summary>
internal static class AccessApi
{
    private static readonly string[] Header = ["portal", "id", "kind", "name", "object id", "status", "owner", "purpose", "consumers", "registered as", "created", "created by", "rotated", "last seen", "scopes", "needed scopes", "age limit days"];

    public static void MapAccessApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/credentials", CredentialsAsync);
        api.MapGet("/findings", FindingsAsync);
        api.MapGet("/coverage", CoverageAsync);
    }

    private static async Task<IResult> CredentialsAsync(HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        var all = await reader.ReadAsync(portal, cancellationToken);
        return request.Query["format"].ToString() switch
        {
            "" or "json" => Hosting.Tagged.Json([.. all.Select(one => new PortalCredentials(one.Portal.Id, one.Report?.At, one.Report?.Credentials ?? []))], ApiJson.Default.IReadOnlyListPortalCredentials),
            "csv" => TypedResults.File(Encoding.UTF8.GetBytes(Csv.Of(Header, all.SelectMany(Rows))), "text/csv; charset=utf-8", "credentials.csv"),
            _ => TypedResults.Problem("format must be json or csv.", statusCode: StatusCodes.Status400BadRequest),
        };
    }

    private static async Task<IResult> FindingsAsync(HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        var all = await reader.ReadAsync(portal, cancellationToken);
        return Hosting.Tagged.Json([.. all.Select(one => new PortalFindings(one.Portal.Id, one.Report?.At, one.Report?.Results ?? []))], ApiJson.Default.IReadOnlyListPortalFindings);
    }

    private static async Task<IResult> CoverageAsync(HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        var all = await reader.ReadAsync(portal, cancellationToken);
        return Hosting.Tagged.Json(
            [.. all.Select(one => new PortalCoverage(one.Portal.Id, one.Report?.At, one.Report?.Evaluated ?? 0, one.Report?.Results.Count ?? 0, one.Report?.Gaps ?? [], one.Report?.Sources ?? []))],
            ApiJson.Default.IReadOnlyListPortalCoverage);
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(PortalPosture portal) => (portal.Report?.Credentials ?? []).Select(one => (IReadOnlyList<string>)
    [
        portal.Portal.Id.ToString(CultureInfo.InvariantCulture),
        one.Id,
        one.Kind.ToString(),
        one.Name,
        one.ObjectId ?? "",
        one.Status.ToString(),
        one.Owner ?? "",
        one.Purpose ?? "",
        string.Join("; ", one.Consumers),
        one.RegisteredAs ?? "",
        Csv.Text(one.CreatedAt),
        one.CreatedBy ?? "",
        Csv.Text(one.RotatedAt),
        Csv.Text(one.LastSeenAt),
        string.Join(' ', one.Scopes ?? []),
        string.Join(' ', one.NeededScopes ?? []),
        one.AgeLimit?.Days.ToString(CultureInfo.InvariantCulture) ?? "",
    ]);

    private static IResult UnknownPortal() => TypedResults.Problem($"{PortalQuery.Wanted} Left out, it is all of them.", statusCode: StatusCodes.Status400BadRequest);
}
