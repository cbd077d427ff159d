using System.Globalization;
using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Silences and maintenance windows, made and ended with plain forms.</summary>
internal static class SilencePages
{
    public static void MapSilencePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/silences", ShowAsync);
        pages.MapPost("/silences", ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, PageRenderer renderer, CancellationToken cancellationToken) =>
        Tagged.Html(await RenderAsync(context, renderer, [], cancellationToken));

    private static async Task<IResult> ChangeAsync(HttpContext context, SilenceDesk desk, Viewer viewer, PageRenderer renderer, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!context.Request.HasFormContentType) return PageForm.Wanted();
        var form = await PageForm.ReadAsync(context.Request, cancellationToken);
        var now = clock.GetUtcNow();
        if (form.TryGetValue("end", out var id))
        {
            await desk.EndAsync(id.ToString(), cancellationToken);
            return Back(context);
        }

        var wrong = form.ContainsKey("cron")
            ? (await desk.PlanAsync(WindowOf(form, viewer), now, cancellationToken)).Wrong
            : (await desk.SilenceAsync(SilenceOf(form, viewer), now, cancellationToken)).Wrong;
        return wrong.Count == 0
            ? Back(context)
            : PageAnswer.Html(await RenderAsync(context, renderer, wrong, cancellationToken), StatusCodes.Status400BadRequest);
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
        Duration = TimeSpan.TryParse(form["duration"], CultureInfo.InvariantCulture, out var duration) ? duration : null,
        TimeZone = form["timeZone"],
        UpTo = SeverityOf(form["upTo"]),
        Author = viewer.Name ?? form["author"],
        Reason = form["reason"],
        Until = FormTime.Read(form["until"], null),
    };

    private static async Task<string> RenderAsync(HttpContext context, PageRenderer renderer, IReadOnlyList<string> wrong, CancellationToken cancellationToken)
    {
        var services = context.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var (silences, windows) = await services.GetRequiredService<SilenceDesk>().ReadAsync(now, cancellationToken);
        var model = new SilencesModel
        {
            Now = now,
            Portals = services.GetRequiredService<MonitorScope>().Portals,
            Silences = silences,
            Windows = windows,
            Wrong = wrong,
        };
        return await renderer.RenderAsync<SilencesPage>(new() { [nameof(SilencesPage.Model)] = model });
    }

    private static IResult Back(HttpContext context) => PageAnswer.SeeOther(context, "/pages/silences");

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Severity? SeverityOf(string? text) => Enum.TryParse<Severity>(text, out var severity) && Enum.IsDefined(severity) ? severity : null;
}
