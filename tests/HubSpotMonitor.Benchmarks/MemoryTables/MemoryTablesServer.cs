using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HubSpotMonitor.Local.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace HubSpotMonitor.Benchmarks.MemoryTables;

/// <summary>
/// As much of Table Storage as the monitor uses, in memory. Azurite looks at every row of a table to answer a question about a few; here a question
/// costs what its rows cost, as it does in Azure. A test holds the answers against Azurite's.
/// </summary>
internal sealed class MemoryTablesServer : IAsyncDisposable
{
    private const int LargestPage = 1000;
    private const string NextPartition = "NextPartitionKey";
    private const string NextRow = "NextRowKey";

    private readonly MemoryStore _store;
    private LoopbackServer? _server;

    private MemoryTablesServer(TimeProvider time) => _store = new(time);

    public Uri Address => _server!.Address;

    public string ConnectionString => ConnectionStringOf(Address);

    /// <summary>Without a key: nobody looks, and signing takes time.</summary>
    public static string ConnectionStringOf(Uri address) => $"TableEndpoint={address}devstoreaccount1;SharedAccessSignature=sig=none";

    public static async Task<MemoryTablesServer> StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var server = new MemoryTablesServer(time);
        server._server = await LoopbackServer.StartAsync(routes => routes.Map("/{**path}", server.AnswerAsync), cancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>As Azure tells of an error.</summary>
    internal static string ErrorBody(string code, string message) =>
        new JsonObject
        {
            ["odata.error"] = new JsonObject { ["code"] = code, ["message"] = new JsonObject { ["lang"] = "en-US", ["value"] = message } },
        }.ToJsonString();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        // The path alone has lost what was escaped in it.
        var path = context.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        var (table, place) = RowAddress.Parse(path);
        if (table == "$batch")
        {
            await AnswerTransactionAsync(context);
        }
        else if (table == "Tables" && request.Method == "GET")
        {
            await ListAsync(context);
        }
        else if (table == "Tables")
        {
            await CreateAsync(context);
        }
        else if (place is null && request.Method == "GET")
        {
            await QueryAsync(context, table);
        }
        else
        {
            await AnswerRowAsync(
                context, new(request.Method, table, place, request.Headers.IfMatch is [{ } match] ? match : null, await ReadAsync(request)));
        }
    }

    private async Task AnswerTransactionAsync(HttpContext context)
    {
        // Parts are read one after the other, and the body only once.
        using var body = new MemoryStream(await ReadAsync(context.Request));
        var (answers, failedAt) = _store.Do(await Transaction.ReadAsync(context.Request.ContentType!, body, context.RequestAborted));
        await WriteAsync(
            context, StatusCodes.Status202Accepted, Transaction.AnswerType, Encoding.UTF8.GetBytes(Transaction.Answer(answers, failedAt)));
    }

    private Task ListAsync(HttpContext context) => WriteJsonAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("value");
        foreach (var name in _store.Names)
        {
            json.WriteStartObject();
            json.WriteString("TableName", name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private async Task CreateAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await ReadAsync(context.Request));
        if (_store.TryCreate(body.RootElement.GetProperty("TableName").GetString()!)) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await FailAsync(context, StatusCodes.Status409Conflict, "TableAlreadyExists");
    }

    private async Task AnswerRowAsync(HttpContext context, RowRequest request)
    {
        var (answers, _) = _store.Do([request]);
        var answer = answers[0];
        if (answer.Error is { } error)
        {
            await FailAsync(context, answer.Status, error);
            return;
        }
        if (answer.Row is { } changed) context.Response.Headers.ETag = changed.ETag;
        context.Response.StatusCode = answer.Status;
        if (answer is { Status: StatusCodes.Status200OK, Row: { } row }) await WriteJsonAsync(context, json => row.Write(json, Wanted(context)));
    }

    private async Task QueryAsync(HttpContext context, string table)
    {
        var asked = context.Request.Query;
        var next = asked.ContainsKey(NextPartition) ? StoredRow.At(Unpacked(asked[NextPartition]!), Unpacked(asked[NextRow]!)) : null;
        var most = int.TryParse(asked["$top"], CultureInfo.InvariantCulture, out var top) ? top : LargestPage;
        if (most is < 1 or > LargestPage)
        {
            // Azure does so; Azurite takes it for a thousand.
            await FailAsync(context, StatusCodes.Status400BadRequest, "InvalidInput");
            return;
        }
        if (_store.Query(table, RowFilter.Parse(asked["$filter"]), next, most + 1) is not { } rows)
        {
            await FailAsync(context, StatusCodes.Status404NotFound, "TableNotFound");
            return;
        }
        if (rows.Count > most)
        {
            context.Response.Headers["x-ms-continuation-" + NextPartition] = Packed(rows[most].Partition);
            context.Response.Headers["x-ms-continuation-" + NextRow] = Packed(rows[most].Key);
        }
        var wanted = Wanted(context);
        await WriteJsonAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var row in rows.Take(most)) row.Write(json, wanted);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static HashSet<string> Wanted(HttpContext context) =>
        [.. $"{context.Request.Query["$select"]}".Split(',', StringSplitOptions.RemoveEmptyEntries)];

    // Headers hold no letters beyond ASCII.
    private static string Packed(string key) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(key));

    private static string Unpacked(string packed) => Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(packed));

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.ToArray();
    }

    private static Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.Headers["x-ms-error-code"] = code;
        return WriteAsync(context, status, "application/json", Encoding.UTF8.GetBytes(ErrorBody(code, code)));
    }

    private static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body)) write(json);
        await WriteAsync(context, StatusCodes.Status200OK, "application/json;odata=minimalmetadata", body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, ReadOnlyMemory<byte> body)
    {
        (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength) = (status, type, body.Length);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
