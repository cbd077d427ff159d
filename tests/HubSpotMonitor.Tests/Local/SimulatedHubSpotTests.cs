using System.Net;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Tests.Local;

public sealed class SimulatedHubSpotTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("v3")]
    [InlineData("2025-09")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public async Task Every_supported_version_answers(string version)
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        (await hubSpot.GetAsync($"account-info/{version}/api-usage/daily/private-apps")).Status.ShouldBe(HttpStatusCode.OK);
        (await hubSpot.GetAsync($"account-info/{version}/details")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_unknown_version_is_not_found()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        (await hubSpot.GetAsync("account-info/2031-03/details")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_first_row_is_about_something_else()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var rows = (await hubSpot.GetAsync(HubSpotClient.UsagePath)).Json.GetProperty("results");
        rows.GetArrayLength().ShouldBe(2);
        rows[0].GetProperty("name").GetString().ShouldNotBe("private-apps-api-calls-daily");
        rows[1].GetProperty("usageLimit").GetInt32().ShouldBe(625_000);
    }

    [Fact]
    public async Task The_figure_is_measured_every_five_minutes_and_shown_late()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var measuredAt = new HashSet<DateTimeOffset>();
        for (var minute = 0; minute < 60; minute++)
        {
            var usage = await hubSpot.UsageAsync();
            measuredAt.Add(usage.CollectedAt);
            (hubSpot.Clock.GetUtcNow() - usage.CollectedAt).ShouldBeInRange(TimeSpan.FromSeconds(30), FiveMinutes + TimeSpan.FromMinutes(1));
            hubSpot.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        measuredAt.Count.ShouldBeInRange(12, 13);
    }

    [Fact]
    public async Task A_figure_served_again_is_called_cached()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var first = await hubSpot.UsageAsync();
        var second = await hubSpot.UsageAsync();
        hubSpot.Clock.Advance(FiveMinutes);
        var third = await hubSpot.UsageAsync();
        (first.Status, second.Status, third.Status).ShouldBe(("SUCCESS", "CACHED", "SUCCESS"));
        second.CollectedAt.ShouldBe(first.CollectedAt);
    }

    [Fact]
    public async Task The_headers_know_what_the_figure_does_not_know_yet()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var usage = await hubSpot.UsageAsync();
        usage.Answer.Headers["X-HubSpot-RateLimit-Daily"].ShouldBe("625000");
        usage.Answer.Headers["X-HubSpot-RateLimit-Interval-Milliseconds"].ShouldBe("10000");
        usage.Answer.Headers["X-HubSpot-RateLimit-Max"].ShouldBe("190");
        usage.Answer.Headers["X-HubSpot-RateLimit-Remaining"].ShouldBe("189");
        usage.Answer.Headers.ShouldContainKey("x-hubspot-correlation-id");
        (625_000 - usage.Answer.DailyRemaining).ShouldBeGreaterThan(usage.Calls);
    }

    [Fact]
    public async Task The_details_name_the_account_and_its_clock()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var details = (await hubSpot.GetAsync(HubSpotClient.DetailsPath)).Json;
        details.GetProperty("portalId").GetInt64().ShouldBe(101);
        details.GetProperty("timeZone").GetString().ShouldBe("US/Eastern");
        details.GetProperty("utcOffset").GetString().ShouldBe("-05:00");
        details.GetProperty("utcOffsetMilliseconds").GetInt64().ShouldBe(-18_000_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pat-na1-unknown")]
    public async Task Without_a_known_token_there_is_a_401_and_no_limit_header(string? token)
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var answer = await hubSpot.GetAsync(HubSpotClient.UsagePath, token);
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Json.GetProperty("status").GetString().ShouldBe("error");
        answer.Json.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        answer.Headers.ShouldNotContainKey("X-HubSpot-RateLimit-Daily");
    }

    [Fact]
    public async Task A_revoked_token_works_until_it_is_revoked()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning, new RevokeToken { StartsAfter = FiveMinutes });
        (await hubSpot.GetAsync(HubSpotClient.UsagePath)).Status.ShouldBe(HttpStatusCode.OK);
        hubSpot.Clock.Advance(FiveMinutes);
        (await hubSpot.GetAsync(HubSpotClient.UsagePath)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Crowded_ten_seconds_are_refused_with_the_name_of_the_group()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning, new RateLimit { StartsAfter = TimeSpan.Zero, Share = 1 });
        var answer = await hubSpot.GetAsync(HubSpotClient.DetailsPath);
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Json.GetProperty("policyName").GetString().ShouldBe("TEN_SECONDLY_ROLLING");
        answer.Json.GetProperty("errorType").GetString().ShouldBe("RATE_LIMIT");
        answer.Json.GetProperty("groupName").GetString().ShouldNotBeNull().ShouldStartWith("publicapi:private_app-api-calls-ten-secondly:101:");
    }

    [Fact]
    public async Task The_191st_call_in_ten_seconds_is_refused()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        for (var call = 0; call < 190; call++)
            (await hubSpot.GetAsync(HubSpotClient.DetailsPath)).Status.ShouldBe(HttpStatusCode.OK);
        (await hubSpot.GetAsync(HubSpotClient.DetailsPath)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        hubSpot.Clock.Advance(TimeSpan.FromSeconds(10));
        (await hubSpot.GetAsync(HubSpotClient.DetailsPath)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task When_the_day_is_used_up_every_call_is_refused_until_midnight()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(
            HubSpotClient.Morning, new ExtraCalls { StartsAfter = TimeSpan.Zero, Lasts = TimeSpan.FromHours(1), CallsPerMinute = 20_000 });
        hubSpot.Clock.Advance(TimeSpan.FromHours(1));
        var answer = await hubSpot.GetAsync(HubSpotClient.UsagePath);
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Json.GetProperty("policyName").GetString().ShouldBe("DAILY");
        answer.Json.GetProperty("message").GetString().ShouldBe("You have reached your daily limit.");
        answer.DailyRemaining.ShouldBe(0);
        hubSpot.Clock.Advance(TimeSpan.FromHours(14));
        (await hubSpot.GetAsync(HubSpotClient.UsagePath)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failed_fetch_carries_a_figure_that_is_no_evidence()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(
            HubSpotClient.Morning, new FailFetch { StartsAfter = TimeSpan.Zero, Status = "TIMEOUT" });
        var usage = await hubSpot.UsageAsync();
        usage.Status.ShouldBe("TIMEOUT");
        usage.Calls.ShouldBe(0);
        usage.Answer.DailyRemaining.ShouldBeLessThan(625_000);
    }

    [Fact]
    public async Task Each_token_opens_its_own_account()
    {
        SimulatedAccount[] accounts =
            [HubSpotClient.Acme, new(202, "Zenith", "pat-eu1-zenith", Seed: 2, DailyLimit: 250_000, TimeZone: "Europe/Berlin")];
        await using var hubSpot = await HubSpotClient.StartAsync(accounts, HubSpotClient.Morning);
        var acme = await hubSpot.UsageAsync();
        var zenith = await hubSpot.UsageAsync("pat-eu1-zenith");
        zenith.Calls.ShouldNotBe(acme.Calls);
        zenith.ResetsAt.ShouldBe(new DateTimeOffset(2026, 11, 24, 23, 0, 0, TimeSpan.Zero));
        acme.ResetsAt.ShouldBe(new DateTimeOffset(2026, 11, 25, 5, 0, 0, TimeSpan.Zero));
        (await hubSpot.GetAsync(HubSpotClient.DetailsPath, "pat-eu1-zenith")).Json.GetProperty("portalId").GetInt64().ShouldBe(202);
    }

    [Fact]
    public async Task What_HubSpot_says_is_what_the_counter_counts()
    {
        await using var hubSpot = await HubSpotClient.StartAsync(HubSpotClient.Morning);
        var usage = await hubSpot.UsageAsync();
        var counter = new CallCounter(HubSpotClient.Acme, []);
        usage.Calls.ShouldBe(counter.CountAt(usage.CollectedAt));
        usage.Answer.DailyRemaining.ShouldBe(625_000 - counter.CountAt(HubSpotClient.Morning));
    }
}
