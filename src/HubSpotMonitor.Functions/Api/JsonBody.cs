using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>What is sent to an address that takes JSON.</summary>
internal static class JsonBody
{
    /// <summary>
    /// The answer to what is none. It also keeps other sites' forms out: a browser sends JSON across sites only after asking, and we never agree.
    /// </summary>
    public static IResult Wanted() => Problem(StatusCodes.Status415UnsupportedMediaType, "Send application/json.");

    /// <summary>Reads one object. Not for bodies with secrets: the answer names the place that cannot be understood.</summary>
    public static async Task<(T? Wish, IResult? Wrong)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, Wanted());
        try
        {
            var wish = await JsonSerializer.DeserializeAsync(request.Body, type, cancellationToken);
            return wish is null ? (null, Problem(StatusCodes.Status400BadRequest, "The body must be a JSON object.")) : (wish, null);
        }
        catch (JsonException exception)
        {
            return (null, Problem(StatusCodes.Status400BadRequest, $"The body cannot be understood at {exception.Path ?? "its beginning"}."));
        }
    }
}
