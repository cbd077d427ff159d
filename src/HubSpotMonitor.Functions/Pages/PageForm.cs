using Microsoft.AspNetCore.Http.Features;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>What is sent to a page that takes a form.</summary>
internal static class PageForm
{
    /// <summary>As for webhooks: only somebody who wants to hold us takes longer. Real time, whatever the clock: the connection is real.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A name, a reason of 500 letters of up to four bytes, each written as three letters: 7 KB.
    private const int LongestOfStranger = 16 * 1024;

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

    /// <summary>
    /// Reads what anybody may send, before it is known who they are: it is short, and whoever does not send it to its end in time is hung up on.
    /// </summary>
    /// <exception cref="BadHttpRequestException">As above, or it is too long, or did not come to its end in time.</exception>
    public static async Task<IFormCollection> ReadOfStrangerAsync(HttpRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LongestOfStranger;
        using var time = new CancellationTokenSource(patience, TimeProvider.System);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            return await ReadAsync(request, linked.Token);
        }
        catch (OperationCanceledException e) when (time.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The form did not come to its end in time.", StatusCodes.Status408RequestTimeout, e);
        }
    }
}
