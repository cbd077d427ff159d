using System.Text.Json;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions;

public sealed class ApiJsonTests
{
    [Fact]
    public void A_portal_reads_as_people_write_JSON()
    {
        var json = JsonSerializer.SerializeToElement([Sample.View()], ApiJson.Default.IReadOnlyListPortalView)[0];

        json.GetProperty("state").GetString().ShouldBe("Watching");
        json.GetProperty("usedToday").GetDouble().ShouldBe(412_380);
        json.GetProperty("hours")[0].GetProperty("calls").GetDouble().ShouldBeGreaterThan(0);
        json.TryGetProperty("limitReachedAt", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_delivery_is_lean()
    {
        var json = JsonSerializer.SerializeToElement(
            [DeliveryView.Of(Sample.Delivery("slack", DeliveryState.Failed, "The address is gone (410)."))],
            ApiJson.Default.IReadOnlyListDeliveryView)[0];

        json.EnumerateObject()
            .Select(property => property.Name)
            .ShouldBe(["channel", "state", "alertId", "title", "queuedAt", "dueAt", "attempts", "begun", "lastError"]);
        json.GetProperty("title")
            .GetString()
            .ShouldBe("[High] API calls 8.9x normal - Acme (12345678) - since 14:10 (UTC+1), 41 % of the daily limit");
    }
}
