using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace HubSpotMonitor.Store;

/// <summary>
/// A transaction that succeeded is answered with the same lines for each of its rows, and the client makes a response of every one: a third of
/// what storing events costs. Here only the first row's answer is let through. A transaction that failed is left as it is.
/// </summary>
internal sealed class BriefTransactionAnswers : HttpPipelinePolicy
{
    private const int Accepted = 202;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Shorten(message.Response);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        Shorten(message.Response);
    }

    /// <returns>Null: it is to stay whole.</returns>
    internal static byte[]? Shorten(ReadOnlySpan<byte> answer)
    {
        // --batchresponse_1, headers, --changesetresponse_2, the first row's answer, --changesetresponse_2, the second's and so on.
        var start = answer.IndexOf("--changesetresponse_"u8);
        if (start <= 0 || HasFailed(answer)) return null;
        var outer = FirstLine(answer);
        var inner = FirstLine(answer[start..]);
        var next = answer[(start + inner.Length)..].IndexOf(inner);
        if (next < 0) return null;
        var end = start + inner.Length + next + inner.Length;
        return [.. answer[..end], .. "--\r\n"u8, .. outer, .. "--\r\n"u8];
    }

    private static void Shorten(Response response)
    {
        if (response.Status == Accepted && response.ContentStream is MemoryStream && Shorten(response.Content.ToMemory().Span) is { } brief)
            response.ContentStream = new MemoryStream(brief);
    }

    private static bool HasFailed(ReadOnlySpan<byte> answer)
    {
        var status = "HTTP/1.1 "u8;
        for (var at = answer.IndexOf(status); at >= 0; at = answer.IndexOf(status))
        {
            answer = answer[(at + status.Length)..];
            if (answer is not [(byte)'2', ..]) return true;
        }
        return false;
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text.IndexOfAny("\r\n"u8) is var end and >= 0 ? text[..end] : text;
}
