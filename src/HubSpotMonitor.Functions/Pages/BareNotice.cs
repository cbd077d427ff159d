namespace HubSpotMonitor.Functions.Pages;

/// <summary>A page of one sentence, for those who may have no other page, or none now.</summary>
internal static class BareNotice
{
    // Where people are. All other addresses are asked by programs, which get JSON.
    private static readonly string[] Addresses = ["/pages", "/alerts", "/connect", "/sign-in", "/sign-out"];

    /// <summary>Whether it is people who ask at this address.</summary>
    public static bool IsFor(HttpRequest request) =>
        request.Path == "/" || Addresses.Any(address => request.Path.StartsWithSegments(address, StringComparison.OrdinalIgnoreCase));

    public static async Task<IResult> AnswerAsync(PageRenderer renderer, int status, string title, string text)
    {
        var html = await renderer.RenderAsync<ActNotice>(
            new() { [nameof(ActNotice.Title)] = title, [nameof(ActNotice.Text)] = text, [nameof(ActNotice.IsBare)] = true });
        return PageAnswer.Html(html, status);
    }
}
