using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Benchmarks.Fuzz;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Spoilt requests: none breaks anything, and no forgery is accepted.</summary>
public sealed class WebhookFuzzTests(ReceivingHost host) : IClassFixture<ReceivingHost>
{
    private const int Bodies = 1_000_000;
    private const int Requests = 300;
    private const int Workers = 4;

    /// <summary>As deep as the reader goes.</summary>
    private const int Depth = 256;

    private static readonly DateTimeOffset Now = Samples.Noon;

    [Fact]
    public void A_million_spoilt_bodies_break_nothing_and_none_passes_for_the_signed_one() => Fuzz(Bodies);

    [Fact]
    public async Task Spoilt_requests_are_never_answered_as_our_fault_and_never_taken_when_forged()
    {
        var (random, statuses) = (new Random(11), new Dictionary<string, int>());
        var (mutator, seeds) = (new Mutator(random), Seeds(TimeProvider.System.GetUtcNow()));
        for (var round = 0; round < Requests; round++)
        {
            var now = TimeProvider.System.GetUtcNow();
            var body = seeds[random.Next(seeds.Count)];
            var spoilt = mutator.Spoil(body, seeds[random.Next(seeds.Count)]);
            var good = Signed.Request(body, now);
            var (kind, request) = (round % 8) switch
            {
                0 => ("signed, spoilt after", good with { Body = spoilt }),
                1 => ("signature spoilt", good with { SignatureV3 = Spoil(mutator, good.SignatureV3!) }),
                2 => ("time spoilt", good with { Timestamp = Spoil(mutator, good.Timestamp!) }),
                3 => ("signed, odd headers", good),
                4 => ("signed by another, odd headers", Signed.Request(body, now, Signed.OtherSecret)),
                _ => ("signed, spoilt before", Signed.Request(spoilt, now)),
            };
            var isGenuine = kind is "signed, odd headers" or "signed, spoilt before"
                || (kind == "signed, spoilt after" && spoilt.AsSpan().SequenceEqual(body));
            var (status, sent) = await SendAsync(request, kind.EndsWith("odd headers", StringComparison.Ordinal) ? random : null);

            var told = $"{kind}: {status} for {sent} {Convert.ToBase64String(request.Body.Span)}";
            status.ShouldBeLessThan(500, told);
            if (!isGenuine) status.ShouldBeInRange(400, 499, told);
            var result = $"{kind}: {status}";
            statuses[result] = statuses.GetValueOrDefault(result) + 1;
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Join(Environment.NewLine, statuses.OrderBy(status => status.Key).Select(status => $"{status.Key}: {status.Value}")));
        statuses.ShouldContainKey("signed, spoilt before: 200");
        statuses.ShouldContainKey("signed, spoilt before: 400");
        await host.AcceptAsync(Payload.Batch(1, TimeProvider.System.GetUtcNow()));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n[]\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n[]")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n[]\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n[]\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip\r\n\r\n[]")]
    [InlineData("Content-Length: 10\r\n\r\n[]")]
    [InlineData("Content-Length: -1\r\n\r\n[]")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]")]
    [InlineData("Content-Length: 99999999999\r\n\r\n[]")]
    [InlineData("Content-Length: 2\r\nX-HubSpot-Signature-v3: \u0001\u00ff\r\n\r\n[]")]
    [InlineData("Content-Length: 2\r\nX-HubSpot-Signature-v3: a\r\n b\r\n\r\n[]")]
    [InlineData("Content-Length: 2\r\nX-HubSpot-Signature-v3\r\n\r\n[]")]
    public async Task A_request_that_is_no_HTTP_is_refused_or_hung_up_on(string rest)
    {
        var address = host.Client.BaseAddress!;
        using var socket = new TcpClient(address.Host, address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes(
                $"POST /webhooks/hubspot HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n{Signed.Headers(TimeProvider.System.GetUtcNow())}{rest}"),
            TestContext.Current.CancellationToken);
        socket.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        try
        {
            var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            if (answer.Length > 0) answer.ShouldStartWith("HTTP/1.1 4");
        }
        catch (IOException)
        {
            // Reset is hung up on, too.
        }
        await host.AcceptAsync("[]");
    }

    // As HubSpot does: again, when the store was too slow.
    private async Task<(int Status, string Sent)> SendAsync(SignedRequest signed, Random? odd)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var message = Message(signed, odd);
            using var answer = await host.Client.SendAsync(message, TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 20) return ((int)answer.StatusCode, $"{message}");
        }
    }

    private static void Fuzz(int bodies)
    {
        var (read, refused, seeds) = (0, 0, Seeds(Now));
        Parallel.For(0, Workers, worker =>
        {
            var random = new Random(20_261_124 + worker);
            var mutator = new Mutator(random);
            var check = Check();
            var signed = seeds.Select(seed => Signed.Request(seed, Now)).ToList();
            for (var round = 0; round < bodies / Workers; round++)
            {
                var original = signed[round % signed.Count];
                var spoilt = mutator.Spoil(seeds[round % seeds.Count], seeds[random.Next(seeds.Count)]);
                try
                {
                    var isSame = spoilt.AsSpan().SequenceEqual(original.Body.Span);
                    if (check.Verify(original with { Body = spoilt }, Now) == IntakeOutcome.Accepted != isSame)
                        throw new InvalidOperationException("A forgery was accepted, or the original refused.");
                    if (EventReader.Read(spoilt, Now) is not { } batch)
                    {
                        Interlocked.Increment(ref refused);
                        if (round % 10 == 0 && ElementsOf(spoilt) is not null) throw new InvalidOperationException("A JSON array was refused.");
                        continue;
                    }
                    Interlocked.Increment(ref read);
                    CheckBatch(spoilt, batch);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"Round {round} of worker {worker}: {Convert.ToBase64String(spoilt)}", exception);
                }
            }
        });
        read.ShouldBeGreaterThan(bodies / 10);
        refused.ShouldBeGreaterThan(bodies / 10);
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} bodies read, {refused} refused");
    }

    private static void CheckBatch(byte[] body, EventBatch batch)
    {
        // Without a library's assertions: a million of them take longer than what they look at.
        if (batch.Events.Count + batch.DeadLetters.Count != ElementsOf(body))
        {
            throw new InvalidOperationException(
                $"{batch.Events.Count} events and {batch.DeadLetters.Count} dead letters of {ElementsOf(body)} elements.");
        }
        foreach (var item in batch.Events)
        {
            if (item is not { Portal: > 0, Type.Length: > 0 and <= 200, Identity.Length: 24, Source.Length: > 0 })
                throw new InvalidOperationException($"{item} is no event.");
            // On its own it is the same event.
            var again = EventReader.Read((byte[])[.. "["u8, .. item.Raw.Span, .. "]"u8], Now)!.Events.Single();
            if ((again.Identity, again.Portal, again.At, again.Type) != (item.Identity, item.Portal, item.At, item.Type))
                throw new InvalidOperationException($"{item} alone is {again}.");
        }
        foreach (var letter in batch.DeadLetters)
        {
            if (letter is not { Id.Length: 24, Raw.Length: > 0, IsCut: false, Portal: null or > 0 } || !letter.Reason.EndsWith('.'))
                throw new InvalidOperationException($"{letter} is no dead letter.");
        }
    }

    /// <returns>Null: not a JSON array.</returns>
    private static int? ElementsOf(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new() { MaxDepth = Depth });
            return json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.GetArrayLength() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SignatureCheck Check()
    {
        var options = new WebhooksOptions { PublicUrl = new(Signed.Url) };
        options.Secrets.Add(Signed.OtherSecret);
        options.Secrets.Add(Signed.Secret);
        return new(Options.Create(options), NullLogger<SignatureCheck>.Instance);
    }

    private static IReadOnlyList<byte[]> Seeds(DateTimeOffset now) =>
    [
        Encoding.UTF8.GetBytes(Payload.Batch(1, now.AddMinutes(-1))),
        Encoding.UTF8.GetBytes(Payload.Batch(3, now.AddMinutes(-1), attempt: 2)),
        Encoding.UTF8.GetBytes(Payload.Array(
            Payload.Event(1, now, "contact.propertyChange").With("propertyName", "email").With("propertyValue", "Zoë 東京 😀 \"quoted\""),
            Payload.Event(2, now).Without("subscriptionType").With("eventType", "contact.merge"),
            Payload.Event(3, now).Without("portalId"))),
        Encoding.UTF8.GetBytes(
            $$$"""[{"portalId":4711,"occurredAt":{{{now.Text()}}},"subscriptionType":"é.东","changeSource":"INTEGRATION","sourceId":"1","appId":54321,"more":{"a":[1,2,{"b":null}]}},"odd",null,[]]"""),
    ];

    // Without line breaks and other letters that a client would refuse to send.
    private static string Spoil(Mutator mutator, string header)
    {
        while (true)
        {
            var spoilt = mutator.Spoil(Encoding.ASCII.GetBytes(header), Encoding.ASCII.GetBytes(header))
                .Where(letter => letter is >= (byte)' ' and <= (byte)'~');
            if (Encoding.ASCII.GetString([.. spoilt]).Trim() is var other && other != header) return other;
        }
    }

    private static HttpRequestMessage Message(SignedRequest signed, Random? odd)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/hubspot", UriKind.Relative))
        {
            Content = new ReadOnlyMemoryContent(signed.Body),
        };
        message.Headers.TryAddWithoutValidation("X-HubSpot-Signature-v3", signed.SignatureV3);
        message.Headers.TryAddWithoutValidation("X-HubSpot-Request-Timestamp", signed.Timestamp);
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        if (odd is null) return message;
        message.Headers.TransferEncodingChunked = odd.Next(2) == 0;
        message.Headers.ExpectContinue = odd.Next(4) == 0;
        Add("X-HubSpot-Signature", "", "zz", new string('0', 64));
        Add("X-HubSpot-Signature-Version", "v1", "v2", "v3", "v9", "");
        Add("X-HubSpot-Signature-v3", "AAAA");
        Add("X-HTTP-Method-Override", "GET", "DELETE");
        Add("X-Forwarded-Host", "evil.example", "[::");
        Add("Forwarded", "for=;;;host=\"");
        Add("Cookie", "=; ;\"", "a=b");
        Add("Accept", "text/html;q=x", "image/*");
        message.Content.Headers.Remove("Content-Type");
        var type = Pick(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=utf-16",
            "application/json;;=",
            "",
            "/");
        message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        message.Content.Headers.TryAddWithoutValidation("Content-Encoding", Pick("gzip", "br", "identity", "x"));
        return message;

        string Pick(params string[] values) => values[odd.Next(values.Length)];

        void Add(string name, params string[] values)
        {
            if (odd.Next(4) == 0) message.Headers.TryAddWithoutValidation(name, Pick(values));
        }
    }
}
