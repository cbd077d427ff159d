using System.Globalization;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>Whether the host's memory stays flat while half a million events go through it.</summary>
internal sealed class WebhookSoak(TextWriter output, TimeProvider time)
{
    private const int Events = 500_000;
    private const int Step = 50_000;
    private const double Tolerance = 0.10;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Say(Machine.Line(time));
        await using var azurite = await AzuriteServer.StartAsync(null, Say, cancellationToken);
        await using var host = await WebhookHost.StartAsync(azurite.ConnectionString, cancellationToken);
        using var load = new WebhookLoad(host, time);
        var events = new EventLoad(time.GetUtcNow() - TimeSpan.FromHours(2));
        List<(int Events, double Megabytes)> memory = [];
        for (var sent = Step; sent <= Events; sent += Step)
        {
            var figures = await load.RunAsync(events.Next(Step / EventLoad.Batch), cancellationToken);
            memory.Add((sent, host.MemoryMegabytes));
            Say($"{sent,8:N0} events: working set {memory[^1].Megabytes:N0} MB, {figures.PerSecond:N0} events/s, {figures.PerProcessorSecond:N0} per CPU s");
        }
        var stored = await new BareStore(azurite.ConnectionString, time).CountAsync(WebhookHost.Table, cancellationToken);
        var (second, last) = (Mean(memory, 0.25, 0.5), Mean(memory, 0.75, 1));
        var isFlat = last <= (1 + Tolerance) * second;
        Say(string.Create(CultureInfo.InvariantCulture,
            $"second quarter {second:N0} MB, last quarter {last:N0} MB ({(last / second) - 1:+0%;-0%}): {(isFlat ? "flat" : "not flat")}; peak {host.PeakMemoryMegabytes:N0} MB; {stored:N0} rows"));
        return isFlat && stored == Events ? 0 : 1;
    }

    private static double Mean(IEnumerable<(int Events, double Megabytes)> memory, double from, double to) =>
        memory.Where(one => one.Events > from * Events && one.Events <= to * Events).Average(one => one.Megabytes);

    private void Say(string line) => output.WriteLine(line);
}
