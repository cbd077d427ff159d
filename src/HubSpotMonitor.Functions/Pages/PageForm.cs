using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>What is sent to a page that takes a form.</summary>
internal static class PageForm
{
    /// <summary>The answer to what is none.</summary>
    public static IResult Wanted() => Problem(StatusCodes.Status415UnsupportedMediaType, "Send the page's form.");

    /// <summary>Reads what is one. That it is broken is its sender's affair; from a row of ours the same exceptions would be ours.</summary>
    /// <exception cref="BadHttpRequestException">It has no boundary, too many fields, or no end.</exception>
    public static async Task<IFormCollection> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException("The form cannot be read.", e);
        }
    }
}
