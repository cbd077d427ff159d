using System.Net;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>The store fails while webhooks come in, and comes back.</summary>
public sealed class WebhookOutageTests(SharedAzurite azurite)
{
    /// <summary>The Azure SDK's own word for where an identity is looked for.</summary>
    private const string TokenSources = "AZURE_TOKEN_CREDENTIALS";

    private const int Up = 0;
    private const int Silent = 1;
    private const int UpAgain = 2;
    private const int Gone = 3;
    private const int Restarted = 4;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_the_store_is_silent_or_gone_every_request_is_answered_503_and_afterwards_nothing_acknowledged_is_missing()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        await using var store = new MortalAzurite();
        await store.StartAsync(limit.Token);
        await using var host = new ReceivingHost(azurite);
        host.With("Store:ConnectionString", store.ConnectionString);
        using var load = new WebhookLoad(host.Client.BaseAddress!);
        var sending = load.SendAsync(limit.Token);

        await UntilAcknowledgedAsync(load, Up, limit.Token);
        await store.FallSilentAsync(limit.Token);
        await UntilAnsweredAsync(load, Silent, limit.Token);
        load.Phase = UpAgain;
        await store.WakeAsync(limit.Token);
        await UntilAcknowledgedAsync(load, UpAgain, limit.Token);
        await store.StopAsync(limit.Token);
        await UntilAnsweredAsync(load, Gone, limit.Token);
        load.Phase = Restarted;
        await store.StartAsync(limit.Token);
        await UntilAcknowledgedAsync(load, Restarted, limit.Token);
        await load.BeginNoMoreAsync();
        await sending;

        // Not one went without an answer, though the SDK alone would wait for 15 seconds.
        load.Answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.ServiceUnavailable);
        load.Answers.Where(answer => answer.Began == answer.Ended && answer.Began is Silent or Gone)
            .ShouldAllBe(answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        var events = await load.CheckAsync(host.Events);
        var answers = load.Answers
            .GroupBy(answer => (answer.Began, answer.Ended, answer.Status))
            .OrderBy(same => same.Key)
            .Select(same =>
                $"{same.Key.Began}-{same.Key.Ended} {same.Key.Status}: {same.Count()}, slowest {same.Max(answer => answer.Took).TotalSeconds:0.0} s");
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join("; ", answers) + $"; {events} events stored");
    }

    [Fact]
    public async Task Without_an_identity_that_the_store_takes_a_request_is_answered_503()
    {
        // No service of this machine is asked for one: that would take longer than HubSpot waits.
        Environment.SetEnvironmentVariable(TokenSources, "environmentcredential");
        try
        {
            await using var host = new ReceivingHost(azurite);
            host.With("Store:ConnectionString", "").With("Store:AccountName", "nobody");
            using var answer = await host.PostAsync(Payload.Batch(1, TimeProvider.System.GetUtcNow()));
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }
        finally
        {
            Environment.SetEnvironmentVariable(TokenSources, null);
        }
    }

    private static Task UntilAcknowledgedAsync(WebhookLoad load, int phase, CancellationToken limit) =>
        UntilAsync(load, phase, answer => answer.Status == HttpStatusCode.OK, 60, limit);

    private static Task UntilAnsweredAsync(WebhookLoad load, int phase, CancellationToken limit) => UntilAsync(load, phase, _ => true, 12, limit);

    private static async Task UntilAsync(WebhookLoad load, int phase, Func<LoadAnswer, bool> counts, int enough, CancellationToken limit)
    {
        load.Phase = phase;
        while (load.Answers.Count(answer => answer.Began == phase && answer.Ended == phase && counts(answer)) < enough) await Task.Delay(10, limit);
    }
}
