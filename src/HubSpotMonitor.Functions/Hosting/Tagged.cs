using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>Content with an ETag made from itself: whoever has it already gets 304 and no body.</summary>
internal sealed class Tagged(byte[] content, string contentType, string cacheControl) : IResult
{
    // Shows security data: no shared cache may keep it, and every use asks again.
    private const string PrivateAndFresh = "private, no-cache";

    public static Tagged Json<T>(T value, JsonTypeInfo<T> type) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json; charset=utf-8", PrivateAndFresh);

    public static Tagged Html(string html) => new(System.Text.Encoding.UTF8.GetBytes(html), "text/html; charset=utf-8", PrivateAndFresh);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = $"\"{ContentHash.Of(content)}\"";
        response.Headers.ETag = tag;
        response.Headers.CacheControl = cacheControl;
        if (Knows(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }

    // A proxy that compresses marks the tag as weak; the content is the same.
    private static bool Knows(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Any(known => known == "*" || known == tag || known == $"W/{tag}");
}
