namespace HubSpotMonitor.Functions.Pages;

/// <summary>What is sent to a page that takes a form.</summary>
internal static class PageForm
{
    /// <summary>The answer to what is none.</summary>
    public static IResult Wanted() => TypedResults.Problem("Send the page's form.", statusCode: StatusCodes.Status415UnsupportedMediaType);
}
