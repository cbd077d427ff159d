using System.Text;
using System.Text.RegularExpressions;

namespace HubSpotMonitor.Benchmarks.Chaos;

/// <summary>An answer of the store's.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Code">The store's own word for what is wrong.</param>
/// <param name="Body">What it says.</param>
internal sealed record StoreAnswer(int Status, string ContentType, string Code, string Body);

/// <summary>How Azure's Table Storage says no: https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes.</summary>
internal static partial class StoreAnswers
{
    private const string Json = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

    /// <summary>Nothing is done, and the client is to come again.</summary>
    public static readonly StoreAnswer ServerBusy = Error(
        503, "ServerBusy", "The server is currently unable to receive requests. Please retry your request.");

    /// <summary>As <see cref="ServerBusy"/>, but that something may have been done.</summary>
    public static readonly StoreAnswer TimedOut = Error(500, "OperationTimedOut", "The operation could not be completed within the permitted time.");

    private static readonly (int Status, string Code, string Says) Exists = (409, "EntityAlreadyExists", "The specified entity already exists.");
    private static readonly (int Status, string Code, string Says) Changed =
        (412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");

    public static bool IsWrite(string method) => method is not ("GET" or "HEAD");

    /// <summary>What a write is told when somebody else was faster.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="path">Of the request.</param>
    /// <param name="condition">Its <c>If-Match</c>.</param>
    /// <param name="body">A transaction's is read.</param>
    /// <returns>Null: it is none that can come too late.</returns>
    public static StoreAnswer? ConflictOf(string method, string path, string? condition, string body)
    {
        if (path.EndsWith("/$batch", StringComparison.Ordinal)) return ConflictOfTransaction(body);
        return ConflictOf(method, path, condition) is { } known ? Error(known.Status, known.Code, known.Says) : null;
    }

    // A table that is there already is no conflict to anybody, and a row that is replaced whatever it was has none.
    private static (int Status, string Code, string Says)? ConflictOf(string method, string path, string? condition) => (method, condition) switch
    {
        ("POST", _) => path.EndsWith("/Tables", StringComparison.Ordinal) ? null : Exists,
        ("PUT" or "PATCH" or "MERGE" or "DELETE", not (null or "" or "*")) => Changed,
        _ => null,
    };

    private static StoreAnswer? ConflictOfTransaction(string body)
    {
        // --changeset_1, headers of the part, POST http://… HTTP/1.1, headers of the request, the row; --changeset_1 and so on.
        foreach (var (index, part) in PartStart().Split(body).Skip(1).Index())
        {
            if (Operation().Match(part) is not { Success: true } operation) continue;
            var tag = Condition().Match(part) is { Success: true } condition ? condition.Groups["tag"].Value : null;
            if (ConflictOf(operation.Groups["method"].Value, operation.Groups["path"].Value, tag) is not { } conflict) continue;
            return Failed(index, conflict.Status, conflict.Code, conflict.Says);
        }
        return null;
    }

    private static StoreAnswer Failed(int index, int status, string code, string says)
    {
        var (outer, inner) = ($"batchresponse_{Guid.NewGuid()}", $"changesetresponse_{Guid.NewGuid()}");
        var text = new StringBuilder();
        string[] lines =
        [
            $"--{outer}", $"Content-Type: multipart/mixed; boundary={inner}", "",
            $"--{inner}", "Content-Type: application/http", "Content-Transfer-Encoding: binary", "",
            $"HTTP/1.1 {status} {(status == 409 ? "Conflict" : "Precondition Failed")}",
            "X-Content-Type-Options: nosniff", "Cache-Control: no-cache", "DataServiceVersion: 3.0;", $"Content-Type: {Json}", "",
            Words(code, $"{index}:{says}"),
            $"--{inner}--", $"--{outer}--",
        ];
        foreach (var line in lines) text.Append(line).Append("\r\n");
        return new(202, $"multipart/mixed; boundary={outer}", "", text.ToString());
    }

    private static StoreAnswer Error(int status, string code, string says) => new(status, Json, code, Words(code, says));

    private static string Words(string code, string says) =>
        $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"{{{{says}}}}\nRequestId:{{{{Guid.NewGuid()}}}}\nTime:2026-11-24T12:00:00.0000000Z"}}}""";

    [GeneratedRegex(@"^--changeset[^\r\n]*\r?\n", RegexOptions.Multiline)]
    private static partial Regex PartStart();

    [GeneratedRegex(@"^(?<method>POST|PUT|PATCH|MERGE|DELETE) (?<path>\S+) HTTP/1\.1", RegexOptions.Multiline)]
    private static partial Regex Operation();

    [GeneratedRegex(@"^If-Match: *(?<tag>[^\r\n]*)", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Condition();
}
