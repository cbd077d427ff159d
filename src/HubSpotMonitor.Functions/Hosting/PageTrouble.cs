using Azure;
using Azure.Identity;
using HubSpotMonitor.Functions.Pages;
using Microsoft.AspNetCore.Diagnostics;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>Tells people in a page that their request failed. The log has the exception; the answer has nothing of it.</summary>
internal sealed class PageTrouble(PageRenderer renderer) : IExceptionHandler
{
    /// <returns>False: a program asked, and gets JSON.</returns>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!BareNotice.IsFor(httpContext.Request)) return false;

        var status = StatusOf(exception);
        var (title, text) = Words(status);
        var answer = await BareNotice.AnswerAsync(renderer, status, title, text);
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>The status that an exception is answered with, to people and to programs.</summary>
    public static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        _ when IsStoreAway(exception) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static bool IsStoreAway(Exception exception) => exception switch
    {
        // With any other status the store answered, and what we asked was wrong.
        RequestFailedException failed => failed.Status is 0 or 401 or 403 or 408 or 429 or >= 500,
        // The store's client tells all its tries together.
        AggregateException several => several.InnerExceptions.All(IsStoreAway),
        // The latter is a time limit: for those who have left nobody comes here.
        AuthenticationFailedException or OperationCanceledException => true,
        // The keys of the cookies lie in the store too.
        _ => exception.InnerException is { } inner && IsStoreAway(inner),
    };

    private static (string Title, string Text) Words(int status) => status switch
    {
        StatusCodes.Status503ServiceUnavailable => (
            "The store does not answer",
            "This cannot be shown now, and what was sent may not have been kept. Try again in a minute; the log holds the reason."),
        StatusCodes.Status500InternalServerError => (
            "Something went wrong",
            "It is a fault of the monitor itself, and the log holds the reason. What was sent may not have been kept."),
        _ => ("This cannot be read", "What was sent is too large or broken, or did not come to its end in time. Go back and send it again."),
    };
}
