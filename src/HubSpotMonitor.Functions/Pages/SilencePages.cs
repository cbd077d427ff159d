using System.Globalization;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Silences and maintenance windows, made and ended with plain forms.</summary>
internal static class SilencePages
{
    // Written out: .NET reads a bare 2 as two days, and 24:00:00 as twenty-four.
    private static readonly string[] Durations = [@"h\:mm", @"h\:mm\:ss", @"d\.h\:mm\:ss"];

    public static void MapSilencePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/silences", ShowAsync);
        pages.MapPost("/silences", ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(
        SilenceDesk desk, MonitorScope scope, PageRenderer renderer, TimeProvider clock, CancellationToken cancellationToken) =>
        Tagged.Html(await RenderAsync(renderer, await ReadAsync(desk, scope, clock.GetUtcNow(), cancellationToken)));

    private static async Task<IResult> ChangeAsync(
        HttpContext context,
        SilenceDesk desk,
        MonitorScope scope,
        Viewer viewer,
        ActTrail trail,
        PageRenderer renderer,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType) return PageForm.Wanted();
        var form = await PageForm.ReadAsync(context.Request, cancellationToken);
        var now = clock.GetUtcNow();
        if (form.TryGetValue("end", out var id))
        {
            if (await desk.EndAsync(id.ToString(), cancellationToken) is { } ended)
                trail.Note($"ended {ended}");
            return Back(context);
        }

        var wrong = form.ContainsKey("cron")
            ? (await desk.PlanAsync(WindowOf(form, viewer), now, cancellationToken)).Wrong
            : (await desk.SilenceAsync(SilenceOf(form, viewer), now, cancellationToken)).Wrong;
        if (wrong.Count == 0) return Back(context);

        var model = await ReadAsync(desk, scope, now, cancellationToken);
        return PageAnswer.Html(await RenderAsync(renderer, model with { Wrong = wrong, Sent = form }), StatusCodes.Status400BadRequest);
    }

    private static SilenceRequest SilenceOf(IFormCollection form, Viewer viewer) => new()
    {
        Portal = Number(form["portal"]),
        Rule = form["rule"],
        SubjectPrefix = form["subjectPrefix"],
        UpTo = SeverityOf(form["upTo"]),
        Author = viewer.Name ?? form["author"],
        Reason = form["reason"],
        Until = FormTime.Read(form["until"], null),
    };

    private static WindowRequest WindowOf(IFormCollection form, Viewer viewer) => new()
    {
        Portal = Number(form["portal"]),
        Cron = form["cron"],
        Duration = TimeSpan.TryParseExact(form["duration"], Durations, CultureInfo.InvariantCulture, out var duration) ? duration : null,
        TimeZone = form["timeZone"],
        UpTo = SeverityOf(form["upTo"]),
        Author = viewer.Name ?? form["author"],
        Reason = form["reason"],
        Until = FormTime.Read(form["until"], null),
    };

    private static async Task<SilencesModel> ReadAsync(SilenceDesk desk, MonitorScope scope, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (silences, windows) = await desk.ReadAsync(now, cancellationToken);
        return new() { Now = now, Portals = scope.Portals, Silences = silences, Windows = windows };
    }

    private static Task<string> RenderAsync(PageRenderer renderer, SilencesModel model) =>
        renderer.RenderAsync<SilencesPage>(new() { [nameof(SilencesPage.Model)] = model });

    private static IResult Back(HttpContext context) => PageAnswer.SeeOther(context, "/pages/silences");

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Severity? SeverityOf(string? text) =>
        Enum.TryParse<Severity>(text, out var severity) && Enum.IsDefined(severity) ? severity : null;
}
