using System.Globalization;
using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Functions.Pages.Access;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

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
internal sealed record PortalCoverage(
    long Portal, DateTimeOffset? At, int Evaluated, int All, IReadOnlyList<CoverageGap> Gaps, IReadOnlyList<SourceState> Sources);

/// <summary>Who can get in, what the rules say of it, and what they cannot say.</summary>
internal static class AccessApi
{
    private static readonly string[] Header =
    [
        "portal", "id", "kind", "name", "object id", "status", "owner", "purpose", "consumers", "registered as", "created", "created by", "rotated",
        "last seen", "scopes", "needed scopes", "age limit days",
    ];

    public static void MapAccessApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/credentials", CredentialsAsync)
            .Tells<IReadOnlyList<PortalCredentials>>("Every credential and app known: owner, age, scopes, history")
            .Asks(QueryWord.Portal, new("kind", "The kind of credential; left out: all."), QueryWord.Search, QueryWord.Csv)
            .Refuses(400);
        api.MapGet("/findings", FindingsAsync)
            .Tells<IReadOnlyList<PortalFindings>>("What each rule says: pass, fail or not evaluable, and why")
            .Asks(QueryWord.Portal, new("outcome", "Pass, Fail or NotEvaluable; left out: all."), QueryWord.Search, QueryWord.Csv)
            .Refuses(400);
        api.MapGet("/coverage", CoverageAsync)
            .Tells<IReadOnlyList<PortalCoverage>>("How many rules can be judged, and what would raise that").Asks(QueryWord.Portal).Refuses(400);
    }

    private static async Task<IResult> CredentialsAsync(
        HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        if (!WordQuery.TryRead<CredentialKind>(request.Query, "kind", out _))
            return Problem(StatusCodes.Status400BadRequest, WordQuery.Wanted<CredentialKind>("kind"));
        var all = await reader.ReadAsync(portal, cancellationToken);
        var query = AccessQuery.Of(request.Query, scope.Portals);
        IReadOnlyList<PortalPosture> wanted = [.. all.Select(one => one with
        {
            Report = one.Report is { } report ? report with { Credentials = [.. report.Credentials.Where(query.Wants)] } : null,
        })];
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(
                [.. wanted.Select(one => new PortalCredentials(one.Portal.Id, one.Report?.At, one.Report?.Credentials ?? []))],
                ApiJson.Default.IReadOnlyListPortalCredentials),
            "credentials",
            Header,
            () => wanted.SelectMany(Rows));
    }

    private static async Task<IResult> FindingsAsync(
        HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        if (!WordQuery.TryRead<RuleOutcome>(request.Query, "outcome", out _))
            return Problem(StatusCodes.Status400BadRequest, WordQuery.Wanted<RuleOutcome>("outcome"));
        var all = await reader.ReadAsync(portal, cancellationToken);
        var query = AccessQuery.Of(request.Query, scope.Portals);
        bool IsWanted(RuleResult result) => query.Wants(result, AccessWords.Sheet(result.Rule)?.Title ?? result.Rule);
        IReadOnlyList<(PortalPosture Portal, IReadOnlyList<RuleResult> Rules)> wanted =
            [.. all.Select(one => (one, (IReadOnlyList<RuleResult>)[.. (one.Report?.Results ?? []).Where(IsWanted)]))];
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(
                [.. wanted.Select(one => new PortalFindings(one.Portal.Portal.Id, one.Portal.Report?.At, one.Rules))],
                ApiJson.Default.IReadOnlyListPortalFindings),
            "findings",
            CsvRows.Findings,
            () => wanted.SelectMany(one => one.Rules.SelectMany(result => CsvRows.Of(one.Portal, result))));
    }

    private static async Task<IResult> CoverageAsync(
        HttpRequest request, PostureReader reader, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var portal)) return UnknownPortal();
        var all = await reader.ReadAsync(portal, cancellationToken);
        return Hosting.Tagged.Json(
            [
                .. all.Select(one => new PortalCoverage(
                    one.Portal.Id,
                    one.Report?.At,
                    one.Report?.Evaluated ?? 0,
                    one.Report?.Results.Count ?? 0,
                    one.Report?.Gaps ?? [],
                    one.Report?.Sources ?? [])),
            ],
            ApiJson.Default.IReadOnlyListPortalCoverage);
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(PortalPosture portal) =>
        (portal.Report?.Credentials ?? []).Select(one => (IReadOnlyList<string>)
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

    private static IResult UnknownPortal() => Problem(StatusCodes.Status400BadRequest, PortalQuery.WantedOrNone);
}
