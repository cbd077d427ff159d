using System.Text.Json;
using HubSpotMonitor.Benchmarks.Bus;

namespace HubSpotMonitor.Tests.Bus;

/// <summary>Microsoft's client reads what our sender sent, and keeps the look-alike honest.</summary>
public sealed class MicrosoftClientTests : IDisposable
{
    private readonly ServiceBusLookAlike _azure = new(
        TimeProvider.System, ("email", "channels LIKE '%,email,%'"), ("teams", "channels LIKE '%,teams,%'"));

    public void Dispose() => _azure.Dispose();

    [Fact]
    public async Task It_reads_what_we_send_as_JSON_with_all_properties_out_of_a_batch_too_and_settles_it()
    {
        using (var bus = new BusUnderTest(new() { ConnectionString = _azure.ConnectionString }))
            await bus.SendAsync(BusUnderTest.Parcel(1), BusUnderTest.Parcel(2, "email", "teams"), BusUnderTest.Parcel(3));
        _azure.Topic.Transfers.ShouldBe(1);

        var seen = await MicrosoftClient.RunAsync(_azure.ConnectionString, "read");

        Ids(seen.GetProperty("peeked")).ShouldBe(["alert-1:email", "alert-2:email,teams", "alert-3:email"]);
        var first = seen.GetProperty("first");
        first.GetProperty("body").GetProperty("message").GetProperty("finding").GetProperty("rule").GetString().ShouldBe("usage-spike");
        first.GetProperty("body").GetProperty("version").GetInt32().ShouldBe(1);
        first.GetProperty("type").GetString().ShouldBe("application/json");
        first.GetProperty("subject").GetString().ShouldBe(BusUnderTest.Parcel().Message.Title);
        // Those of a trace are there while anybody in this process records one.
        first.GetProperty("properties")
            .EnumerateObject()
            .Where(property => property.Name is not ("traceparent" or "Diagnostic-Id"))
            .Select(property => $"{property.Name} {property.Value}")
            .ShouldBe(["severity High", "rule usage-spike", "portal 123", "channels ,email,"]);
        seen.GetProperty("renewed").GetBoolean().ShouldBeTrue();
        (Id(seen.GetProperty("again")), seen.GetProperty("again").GetProperty("count").GetInt32()).ShouldBe(("alert-2:email,teams", 1));
        (_azure["email"].Count, _azure["email"].Completed.Count, _azure["email"].DeadLetters!.Count, _azure["email"].Renewals).ShouldBe((0, 3, 0, 1));
    }

    [Fact]
    public async Task It_finds_batches_filters_repeats_and_dead_letters_as_in_Azure()
    {
        _azure["email"].MaxDeliveryCount = 3;

        var seen = await MicrosoftClient.RunAsync(_azure.ConnectionString, "drive");

        Ids(seen.GetProperty("mail")).ShouldBe(["m0", "m1", "m2"]);
        seen.GetProperty("deliveries").GetInt32().ShouldBe(3);
        seen.GetProperty("dead")[0].GetProperty("reason").GetString().ShouldBe("MaxDeliveryCountExceeded");
        seen.GetProperty("largest").GetInt32().ShouldBe(256 * 1024);
        _azure["teams"].Count.ShouldBe(2);
    }

    private static IEnumerable<string?> Ids(JsonElement messages) => messages.EnumerateArray().Select(Id);

    private static string? Id(JsonElement message) => message.GetProperty("id").GetString();
}
