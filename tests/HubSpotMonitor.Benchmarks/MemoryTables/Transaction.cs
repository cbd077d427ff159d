using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>Several changes in one request: a body of parts, in which one part is of parts again, each a request of its own.</summary>
internal static class Transaction
{
    public const string AnswerType = "multipart/mixed; boundary=batchresponse_1";

    public static async Task<IReadOnlyList<RowRequest>> ReadAsync(string contentType, Stream body, CancellationToken cancellationToken)
    {
        var outer = new MultipartReader(Boundary(contentType), body);
        var set = (await outer.ReadNextSectionAsync(cancellationToken))!;
        var inner = new MultipartReader(Boundary(set.ContentType!), set.Body);
        List<RowRequest> requests = [];
        while (await inner.ReadNextSectionAsync(cancellationToken) is { } part)
        {
            using var text = new StreamReader(part.Body, Encoding.UTF8);
            requests.Add(Request(await text.ReadToEndAsync(cancellationToken)));
        }
        return requests;
    }

    /// <summary>The answer's body, with <see cref="AnswerType"/>.</summary>
    public static string Answer(IReadOnlyList<RowAnswer> answers, int? failedAt)
    {
        var text = new StringBuilder("--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n");
        foreach (var answer in answers)
        {
            text.Append("--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            text.Append(CultureInfo.InvariantCulture,
                $"HTTP/1.1 {answer.Status} {ReasonPhrases.GetReasonPhrase(answer.Status)}\r\nDataServiceVersion: 3.0;\r\n");
            if (answer.Error is { } error)
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"Content-Type: application/json;charset=utf-8\r\n\r\n{MemoryTablesServer.ErrorBody(error, $"{failedAt}:{error}")}\r\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{(answer.Row is { } row ? $"ETag: {row.ETag}\r\n" : "")}\r\n\r\n");
            }
        }
        return text.Append("--changesetresponse_1--\r\n--batchresponse_1--\r\n").ToString();
    }

    private static string Boundary(string contentType) => HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).Value!;

    // A request line, headers, an empty line, a body.
    private static RowRequest Request(string text)
    {
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..head].Split("\r\n");
        var line = lines[0].Split(' ');
        var match = lines.FirstOrDefault(header => header.StartsWith("If-Match:", StringComparison.OrdinalIgnoreCase))?["If-Match:".Length..].Trim();
        var (table, place) = RowAddress.Parse(new Uri(line[1]).AbsolutePath);
        return new(line[0], table, place, match, Encoding.UTF8.GetBytes(text[(head + 4)..].Trim()));
    }
}
