using System.Net;
using System.Net.Sockets;
using System.Text;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>From HubSpot's request to the rows, over real HTTP.</summary>
public sealed class ReceiveWebhookTests(SharedAzurite azurite, ReceivingHost refusing) : IClassFixture<ReceivingHost>, IAsyncDisposable
{
    private readonly ReceivingHost _host = new(azurite);
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_batch_is_stored_before_it_is_acknowledged()
    {
        await _host.AcceptAsync(Payload.Batch(100, _now));

        var stored = await _host.StoredAsync();
        stored.Count.ShouldBe(100);
        stored[0].Event.Type.ShouldBe("contact.deletion");
        stored[0].Event.Source.ShouldBe("INTEGRATION:9393361");
        Encoding.UTF8.GetString(stored[0].Event.Raw.Span).ShouldBe(Payload.Event(0, _now).ToJsonString());
    }

    [Fact]
    public async Task A_repeated_attempt_falls_on_the_same_rows_and_is_counted_once()
    {
        await _host.AcceptAsync(Payload.Batch(60, _now));
        await _host.AcceptAsync(Payload.Batch(60, _now, attempt: 1));
        await _host.AcceptAsync(Payload.Batch(60, _now));

        (await _host.StoredAsync()).Count.ShouldBe(60);
        (await CountAsync()).ShouldBe(60);
    }

    [Fact]
    public async Task Batches_that_overlap_are_stored_whole_and_counted_once()
    {
        await _host.AcceptAsync(Payload.Batch(50, _now));
        await _host.AcceptAsync(Payload.Batch(100, _now, attempt: 1, first: 25));

        (await _host.StoredAsync()).Count.ShouldBe(125);
        (await CountAsync()).ShouldBe(125);
    }

    [Fact]
    public async Task Many_at_once_with_the_same_events_make_each_row_once()
    {
        var bodies = Enumerable.Range(0, 12).Select(attempt => Payload.Batch(40, _now, attempt, first: attempt % 3 * 10));
        await Task.WhenAll(bodies.Select(_host.AcceptAsync));

        (await _host.StoredAsync()).Count.ShouldBe(60);
        (await CountAsync()).ShouldBe(60);
    }

    [Fact]
    public async Task The_same_event_twice_in_one_batch_is_one_row()
    {
        await _host.AcceptAsync(Payload.Array(Payload.Event(1, _now), Payload.Event(1, _now, attempt: 3), Payload.Event(2, _now)));
        (await _host.StoredAsync()).Count.ShouldBe(2);
        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task What_differs_in_one_part_of_the_identity_is_another_event()
    {
        await _host.AcceptAsync(Payload.Array(
            Payload.Event(1, _now),
            Payload.Event(1, _now).With("eventId", 9),
            Payload.Event(1, _now).With("subscriptionId", 9),
            Payload.Event(1, _now).With("objectId", 9),
            Payload.Event(1, _now).With("propertyName", "email"),
            Payload.Event(1, _now).With("messageId", "m1"),
            Payload.Event(1, _now).With("fromObjectId", 1).With("toObjectId", 23),
            Payload.Event(1, _now).With("fromObjectId", 12).With("toObjectId", 3),
            Payload.Event(1, _now.AddMilliseconds(1)),
            Payload.Event(1, _now, "contact.restore")));
        (await _host.StoredAsync()).Count.ShouldBe(10);
    }

    [Fact]
    public async Task A_batch_of_several_portals_and_days_is_shared_out_and_strangers_are_dropped()
    {
        await _host.AcceptAsync(Payload.Array(
            Payload.Event(1, _now), Payload.Event(2, _now, portal: ReceivingHost.Globex), Payload.Event(3, _now, portal: 999),
            Payload.Event(4, _now.AddDays(-1)), Payload.Event(5, _now).With("appId", 777)));

        (await _host.StoredAsync()).Count.ShouldBe(2);
        (await _host.StoredAsync(ReceivingHost.Globex)).Count.ShouldBe(1);
        (await _host.StoredAsync(999)).ShouldBeEmpty();
        (await _host.DeadLetters.ReadAsync(10, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_secret_in_an_event_is_stored_as_its_fingerprint_and_noted_for_the_account()
    {
        const string secret = "pat-eu1-0badc0de-1111-4222-8333-44445555dead";
        await _host.AcceptAsync(Payload.Array(
            Payload.Event(1, _now, "contact.propertyChange").With("propertyValue", $"use {secret} – thanks"),
            Payload.Event(2, _now, "contact.propertyChange").With("propertyValue", secret.ToUpperInvariant()),
            Payload.Event(3, _now, $"ticket {secret}").Without("portalId"),
            Payload.Event(4, _now, app: secret),
            Payload.Event(5, _now, "contact.propertyChange", portal: ReceivingHost.Globex)));
        // Sent again it is the same event.
        await _host.AcceptAsync(
            Payload.Array(Payload.Event(1, _now, "contact.propertyChange", attempt: 1).With("propertyValue", $"use {secret} – thanks")));

        var stored = await _host.StoredAsync();
        stored.Count.ShouldBe(3);
        Encoding.UTF8.GetString(stored.Single(item => item.Event.Source != "INTEGRATION:9393361").Event.Raw.Span).ShouldContain("pat-eu1-…dead");
        var letter = (await _host.DeadLetters.ReadAsync(10, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        var all = string.Join(
            '\n',
            stored.Select(item => item.Event.Source + Encoding.UTF8.GetString(item.Event.Raw.Span)).Append(letter.Raw).Append(letter.Reason));
        all.ShouldNotContain("0badc0de", Case.Insensitive);

        var sightings = _host.Services.GetRequiredService<SightingTable>();
        var seen = await sightings.ReadAsync(ReceivingHost.Acme, _now.AddMinutes(-1), TestContext.Current.CancellationToken);
        seen.Select(one => (one.Fingerprint, one.Where)).ShouldBe(
            [("pat-eu1-…dead", "a webhook event contact.propertyChange"), ("pat-eu1-…dead", "a webhook event contact.deletion")],
            ignoreOrder: true);
        stored.Select(item => item.Event.Identity).ShouldContain(seen[0].Evidence);
        (await sightings.ReadAsync(ReceivingHost.Globex, _now.AddMinutes(-1), TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_body_full_of_made_up_secrets_is_stored_whole_and_twenty_of_them_are_noted()
    {
        await _host.AcceptAsync(Payload.Array([.. Enumerable.Range(0, 50).Select(id => Payload.Event(id, _now, "contact.propertyChange")
            .With("propertyValue", string.Join(' ', Enumerable.Range(400 * id, 400).Select(number => $"pat-eu1-0badc0de-1111-4222-8333-44445555{number:x4}"))))]));

        (await _host.StoredAsync()).Count.ShouldBe(50);
        var seen = await _host.Services.GetRequiredService<SightingTable>()
            .ReadAsync(ReceivingHost.Acme, _now.AddMinutes(-1), TestContext.Current.CancellationToken);
        seen.Count.ShouldBe(20);
    }

    [Fact]
    public async Task Unknown_types_and_fields_are_kept_and_both_names_of_the_type_are_read()
    {
        var unknown = Payload.Event(1, _now, "spaceship.launch").With("crew", new System.Text.Json.Nodes.JsonObject { ["captain"] = "Zoë – 東京" });
        var other = Payload.Event(2, _now).Without("subscriptionType").With("eventType", "contact.merge").Without("changeSource");
        await _host.AcceptAsync(Payload.Array(unknown, other));

        var stored = await _host.StoredAsync();
        stored.Select(item => item.Event.Type).ShouldBe(["spaceship.launch", "contact.merge"], ignoreOrder: true);
        stored.Single(item => item.Event.Type == "contact.merge").Event.Source.ShouldBe(ChangeSource.Unknown);
        var read = System.Text.Json.Nodes.JsonNode.Parse(stored.Single(item => item.Event.Type == "spaceship.launch").Event.Raw.Span);
        System.Text.Json.Nodes.JsonNode.DeepEquals(read, unknown).ShouldBeTrue();
    }

    [Fact]
    public async Task An_event_larger_than_a_column_is_kept_whole()
    {
        var large = Payload.Event(1, _now, "contact.propertyChange").With("propertyValue", new string('x', 200_000));
        await _host.AcceptAsync(Payload.Array(large, Payload.Event(2, _now)));

        (await _host.StoredAsync()).Max(item => item.Event.Raw.Length).ShouldBe(large.ToJsonString().Length);
    }

    [Fact]
    public async Task A_batch_larger_than_a_transaction_is_stored_whole()
    {
        await _host.AcceptAsync(
            Payload.Array([.. Enumerable.Range(0, 40).Select(id => Payload.Event(id, _now).With("propertyValue", new string('x', 150_000)))]));
        (await _host.StoredAsync()).Count.ShouldBe(40);
        (await CountAsync()).ShouldBe(40);
    }

    [Fact]
    public async Task A_poisonous_event_does_not_keep_its_neighbours_out()
    {
        await _host.AcceptAsync(Payload.Array(
            Payload.Event(1, _now),
            Payload.Event(2, _now).Without("portalId"),
            "not an object",
            null,
            Payload.Event(3, _now).With("occurredAt", "yesterday"),
            Payload.Event(4, _now).Without("subscriptionType"),
            Payload.Event(5, _now).With("occurredAt", 1_790_000_000),
            Payload.Event(6, _now.AddDays(3)),
            Payload.Event(7, _now).With("propertyValue", new string('x', 1_000_000)),
            Payload.Event(8, _now)));

        (await _host.StoredAsync()).Count.ShouldBe(2);
        var letters = await _host.DeadLetters.ReadAsync(100, TestContext.Current.CancellationToken);
        letters.Count.ShouldBe(8);
        letters.ShouldAllBe(letter => letter.Reason.EndsWith('.') && letter.Raw.Length > 0);
        letters.Count(letter => letter.IsCut).ShouldBe(1);
        letters.Select(letter => letter.Reason).ShouldContain("portalId is missing or not the number of an account.");
    }

    [Fact]
    public async Task A_poisonous_event_that_is_sent_again_is_one_dead_letter()
    {
        await _host.AcceptAsync(Payload.Array(Payload.Event(1, _now).Without("occurredAt")));
        await _host.AcceptAsync(Payload.Array(Payload.Event(1, _now, attempt: 12).Without("occurredAt")));
        (await _host.DeadLetters.ReadAsync(100, TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[")]
    [InlineData("[{}")]
    [InlineData("[]]")]
    [InlineData("[{},]")]
    [InlineData("[] []")]
    [InlineData("'")]
    [InlineData("[{\"portalId\":1e}]")]
    public async Task A_signed_body_that_is_no_JSON_array_is_400_and_leaves_nothing(string body)
    {
        using var answer = await refusing.PostAsync(body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await refusing.DeadLetters.ReadAsync(100, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_empty_batch_is_no_trouble() => await _host.AcceptAsync(" [ ] ");

    [Fact]
    public async Task Only_a_bad_signature_is_401_and_it_leaves_nothing()
    {
        foreach (var request in (SignedRequest[])
                 [
                     Signed.Request(Payload.Batch(3, _now), _now, Signed.OtherSecret),
                     Signed.Request(Payload.Batch(3, _now), _now.AddMinutes(-6)),
                     Signed.Request(Payload.Batch(3, _now), _now, url: "http://127.0.0.1/webhooks/hubspot"),
                     Signed.Request(Payload.Batch(3, _now), _now) with { SignatureV3 = null },
                     Signed.Request("not json", _now, Signed.OtherSecret),
                 ])
        {
            using var answer = await _host.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        (await _host.StoredAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_has_no_signature_is_refused_before_its_body_comes_and_counted()
    {
        var address = refusing.Client.BaseAddress!;
        using var socket = new TcpClient(address.Host, address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST /webhooks/hubspot HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: 8000000\r\n\r\n"),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync(TestContext.Current.CancellationToken)).ShouldBe("HTTP/1.1 401 Unauthorized");

        await refusing.Services.GetRequiredService<IntakeCounter>().FlushAsync(TestContext.Current.CancellationToken);
        var counts = await refusing.Services.GetRequiredService<IntakeTable>()
            .ReadAsync(_now.AddMinutes(-1), _now.AddMinutes(5), TestContext.Current.CancellationToken);
        counts.ShouldContain(count => count.Outcome == IntakeOutcome.SignatureMissing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_413_whether_its_length_is_told_or_not(bool tells)
    {
        await using var host = new ReceivingHost(azurite);
        host.With("Webhooks:MaxBodyBytes", "20000");
        using var fits = await host.PostAsync("[" + new string(' ', 19_998) + "]");
        fits.StatusCode.ShouldBe(HttpStatusCode.OK);

        var signed = Signed.Request("[" + new string(' ', 19_999) + "]", TimeProvider.System.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/webhooks/hubspot", UriKind.Relative))
        {
            Content = new ReadOnlyMemoryContent(signed.Body),
        };
        request.Headers.TryAddWithoutValidation("X-HubSpot-Signature-v3", signed.SignatureV3);
        request.Headers.TryAddWithoutValidation("X-HubSpot-Request-Timestamp", signed.Timestamp);
        request.Headers.TransferEncodingChunked = !tells;
        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_store_that_is_down_is_503_so_that_HubSpot_sends_again()
    {
        await using var host = new ReceivingHost(azurite);
        host.With("Store:ConnectionString", Functions.PublishedHost.BrokenSettings()["Store__ConnectionString"]!);
        using var answer = await host.PostAsync(Payload.Batch(3, _now));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Without_settings_there_is_nothing_at_the_address()
    {
        await using var host = new Functions.RunningHost();
        using var client = host.Browser();
        using var answer = await client.PostAsync(
            new Uri("/webhooks/hubspot", UriKind.Relative), new StringContent("[]"), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<int> CountAsync() =>
        (await _host.Events.ReadCountsAsync(ReceivingHost.Acme, _now.AddDays(-2), _now.AddDays(2), TestContext.Current.CancellationToken))
            .Sum(count => count.Count);
}
