using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Local;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>So many messages through sender and reader, each with its time from the call that sends it to the reader's hands.</summary>
internal sealed class BusBenchmark(TextWriter output)
{
    private const string Channel = "email";

    /// <summary>As many as one sweep hands over at most, give or take.</summary>
    private const int InOnePublish = 20;

    private const int Senders = 8;

    /// <summary>For all messages of one broker.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly DateTimeOffset At = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Tells as soon as a broker is done.</summary>
    public async Task<IReadOnlyList<BusFigures>> RunAsync(int messages, CancellationToken cancellationToken)
    {
        List<BusFigures> all = [];
        using (var azure = new ServiceBusLookAlike(TimeProvider.System, (Channel, $"channels LIKE '%,{Channel},%'")))
        {
            all.Add(await MeasureAsync(
                "look-alike in this process", new() { ConnectionString = azure.ConnectionString }, messages, cancellationToken));
        }
        Tell(all[^1]);
        if (!RabbitMqBroker.IsInstalled)
        {
            await output.WriteLineAsync("RabbitMQ is not installed: apt-get install rabbitmq-server.");
            return all;
        }
        await using var rabbit = await RabbitMqBroker.StartAsync([Channel], isQuorum: true, cancellationToken);
        all.Add(await MeasureAsync("RabbitMQ, quorum queue", rabbit.Options, messages, cancellationToken));
        Tell(all[^1]);
        return all;
    }

    private static async Task<BusFigures> MeasureAsync(string name, BusOptions settings, int messages, CancellationToken cancellationToken)
    {
        var (options, clock) = (Options.Create(settings), new BusClock(TimeProvider.System));
        using var connection = new BusConnection(options, clock, NullLogger<BusConnection>.Instance);
        using var topic = new TopicBus(connection, options, clock);
        var reader = new SubscriptionReader(connection, options, clock, NullLogger<SubscriptionReader>.Instance);
        ConcurrentDictionary<string, long> sent = new();
        ConcurrentDictionary<string, TimeSpan> took = new();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        done.CancelAfter(Patience);
        var receiving = reader.RunAsync(
            Channel,
            (envelope, _) =>
            {
                if (took.TryAdd(envelope.Message.Id, Stopwatch.GetElapsedTime(sent[envelope.Message.Id])) && took.Count == messages) done.Cancel();
                return Task.CompletedTask;
            },
            () => { },
            done.Token);

        var started = Stopwatch.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Senders, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, messages).Chunk(InOnePublish), parallel, async (lot, token) =>
        {
            List<Parcel> parcels = [.. lot.Select(Parcel)];
            foreach (var parcel in parcels) sent[parcel.Message.Id] = Stopwatch.GetTimestamp();
            await topic.PublishAsync(parcels, At, token);
        });
        var sending = Stopwatch.GetElapsedTime(started);
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var all = Stopwatch.GetElapsedTime(started);
        cancellationToken.ThrowIfCancellationRequested();
        if (took.Count < messages)
            throw new CannotRunException($"{name}: {took.Count} of {messages} messages came through in {Patience.TotalMinutes} minutes.");
        return new(name, messages, AlertEnvelope.Of(Parcel(0).Message, [Channel]).ToUtf8().Length, sending, all, [.. took.Values.Order()]);
    }

    private void Tell(BusFigures figures) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{figures.Broker,-28} {figures.Messages:N0} messages of {figures.Size:N0} bytes: sent {figures.SentPerSecond:N0}/s, through {figures.ThroughPerSecond:N0}/s; from sending to reading p50 {Spread.At(figures.Took, 0.5).TotalMilliseconds:N0} ms, p99 {Spread.At(figures.Took, 0.99).TotalMilliseconds:N0} ms"));

    private static Parcel Parcel(int number) => new(
        new()
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"alert-{number}"),
            AlertId = "alert",
            Transition = Transition.Opened,
            Severity = Severity.High,
            Portal = new(12345678, "Acme"),
            TimeZone = "Europe/Berlin",
            UtcOffset = TimeSpan.FromHours(1),
            Finding = new()
            {
                Rule = "usage-spike",
                Subject = "calls",
                Severity = Severity.High,
                Headline = "API calls 6.9x normal",
                Summary = "For 15 minutes the account has been called far more often than it ever was at this hour of a Tuesday.",
                Since = At,
                Steps =
                [
                    "Ask the owner of the integration whether it runs now.",
                    "If nobody claims it, rotate the token in HubSpot.",
                    "Read the security log.",
                ],
            },
            OpenedAt = At,
            At = At,
            Chart = [.. Enumerable.Range(0, 48).Select(bar => new ChartPoint(At.AddMinutes(5 * bar), 180 + bar, 310))],
            Link = new("https://monitor.example.com/pages/alerts/alert"),
            JsonLink = new("https://monitor.example.com/api/alerts/alert"),
        },
        [Channel]);
}

/// <param name="Broker">Which.</param>
/// <param name="Messages">How many.</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="Sending">From the first call that sends to the end of the last one.</param>
/// <param name="All">Until the last one was read.</param>
/// <param name="Took">Each from the call that sends it to the reader's hands, shortest first.</param>
internal sealed record BusFigures(string Broker, int Messages, int Size, TimeSpan Sending, TimeSpan All, IReadOnlyList<TimeSpan> Took)
{
    public double SentPerSecond => Messages / Sending.TotalSeconds;

    public double ThroughPerSecond => Messages / All.TotalSeconds;
}
