using System.Text;

namespace HubSpotMonitor.Functions.Exports;

/// <summary>
/// A file of lines, sent as they are made: nobody holds all of it. Where it breaks
/// off in the middle the connection does too, so that half a file is known for one.
/// </summary>
internal sealed class LineStream(IAsyncEnumerable<string> lines, string contentType, string fileName) : IResult
{
    // A table's page of rows.
    private const int FlushAfter = 1000;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = contentType;
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var count = 0;
        await foreach (var line in lines.WithCancellation(httpContext.RequestAborted))
        {
            await writer.WriteAsync(line);
            await writer.WriteAsync('\n');
            if (++count % FlushAfter == 0) await writer.FlushAsync(httpContext.RequestAborted);
        }
    }
}
