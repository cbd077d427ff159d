namespace HubSpotMonitor.Functions.Pages;

/// <summary>Pages that answer one request and so have no ETag, unlike those that show figures; and the way to the page that follows.</summary>
internal static class PageAnswer
{
    public static IResult Html(string html, int status = StatusCodes.Status200OK) =>
        TypedResults.Content(html, "text/html; charset=utf-8", statusCode: status);

    /// <summary>After a form was taken: the page that follows is asked for anew, so that loading it again sends nothing twice.</summary>
    public static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }
}
