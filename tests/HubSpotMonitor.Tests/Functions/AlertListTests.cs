using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using HubSpotMonitor.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Which alerts <c>GET /api/alerts</c> gives, and in which order.</summary>
public sealed class AlertListTests(SharedAzurite azurite) : IAsyncDisposable
{
    private readonly ReceivingHost _host = new(azurite);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_critical_one_comes_first_however_many_others_opened_after_it()
    {
        await WriteAsync([One("critical", Severity.Critical, 0), .. Enumerable.Range(1, 220).Select(i => One($"low{i}", Severity.Low, i))]);

        var listed = await ListAsync("");

        listed.Count.ShouldBe(200);
        listed.Take(2).ShouldBe(["critical", "low220"]);
    }

    [Fact]
    public async Task What_is_open_comes_by_severity_and_what_is_over_by_time()
    {
        await WriteAsync(
            One("low", Severity.Low, 9), One("old", Severity.High, 1), One("new", Severity.High, 2),
            Over("bad", Severity.Critical, 3), Over("latest", Severity.Low, 4));

        (await ListAsync("")).ShouldBe(["new", "old", "low", "latest", "bad"]);
    }

    [Fact]
    public async Task An_account_and_a_state_can_be_asked_for()
    {
        await WriteAsync(One("open", Severity.Low, 1), Over("over", Severity.Low, 2));
        await WriteAsync(One("elsewhere", Severity.Low, 3) with { Portal = new(ReceivingHost.Globex, "Globex") });

        (await ListAsync($"?portal={ReceivingHost.Acme}")).ShouldBe(["open", "over"]);
        (await ListAsync("?state=open")).ShouldBe(["elsewhere", "open"]);
        (await ListAsync($"?portal={ReceivingHost.Acme}&state=Resolved")).ShouldBe(["over"]);
        (await ListAsync($"?portal={ReceivingHost.Globex}&state=Resolved")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("?portal=1", "portal must be the number of an account in the settings. Left out, it is all of them.")]
    [InlineData("?portal=Acme", "portal must be the number of an account")]
    [InlineData("?state=Closed", "state must be one of Open, Resolved.")]
    [InlineData("?state=1", "state must be one of")]
    [InlineData("?state=Open&state=Resolved", "state must be one of")]
    public async Task A_filter_that_is_not_understood_is_refused_with_a_sentence(string query, string sentence)
    {
        using var answer = await _host.Client.GetAsync(new Uri($"/api/alerts{query}", UriKind.Relative), Stop);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("detail").GetString()!.ShouldContain(sentence);
    }

    private static Alert One(string id, Severity severity, int minute) =>
        Samples.Alert(id, Samples.Noon.AddMinutes(minute)) with { Severity = severity, Finding = Samples.Finding(severity) with { Subject = id } };

    private static Alert Over(string id, Severity severity, int minute) =>
        One(id, severity, minute) with { State = AlertState.Resolved, ResolvedAt = Samples.Noon.AddDays(1) };

    private Task WriteAsync(params Alert[] alerts) => _host.Services.GetRequiredService<Tables>().WriteAsync(alerts);

    private async Task<IReadOnlyList<string>> ListAsync(string query)
    {
        var listed = await _host.Client.GetFromJsonAsync<JsonElement>(new Uri($"/api/alerts{query}", UriKind.Relative), Stop);
        return [.. listed.EnumerateArray().Select(alert => alert.GetProperty("id").GetString()!)];
    }
}
