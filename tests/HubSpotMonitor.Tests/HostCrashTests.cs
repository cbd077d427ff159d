using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Local.Inbox;
using HubSpotMonitor.Local.Simulation.Traffic;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests;

/// <summary>The host as a process of its own, killed with no warning while a token is being stolen.</summary>
public sealed class HostCrashTests(SharedAzurite azurite)
{
    private const int Kills = 10;
    private const int MostMillisecondsToLive = 1600;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_is_killed_ten_times_during_a_theft_counts_no_call_twice_and_loses_no_message()
    {
        await using var story = await CrashStory.StartAsync(azurite.ConnectionString, Stop);
        await KillOverAndOverAsync(story);
        await using (story.StartHost())
            await UntilAllIsToldAsync(story);
    }

    private static async Task KillOverAndOverAsync(CrashStory story)
    {
        var moments = new Random(20_261_124);
        // On a slow machine ten lives may be over late, on a fast one early: the end of the theft must be among them.
        for (var kills = 0; kills < Kills || story.Now < story.TheftEndsAt; kills++)
        {
            await using var host = story.StartHost();
            await story.UntilHubSpotIsAskedAsync(host, Stop);
            // From the middle of the first poll to some polls later.
            await LiveAsync(story, TimeSpan.FromMilliseconds(moments.Next(MostMillisecondsToLive)));
            host.ThrowIfEnded();
        }
    }

    /// <summary>For so long, or until a message arrives: between its arrival and its being noted as sent is the worst moment to die.</summary>
    private static async Task LiveAsync(CrashStory story, TimeSpan time)
    {
        var (began, messages) = (TimeProvider.System.GetTimestamp(), story.Inbox.Messages.Count);
        while (TimeProvider.System.GetElapsedTime(began) < time && story.Inbox.Messages.Count == messages)
            await Task.Delay(1, Stop);
    }

    private static async Task UntilAllIsToldAsync(CrashStory story)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await story.UntilHubSpotIsAskedAsync(null, limit.Token);
        IReadOnlyList<Alert> alerts = [];
        IReadOnlyList<DeliveryView> deliveries = [];
        while (!IsTold(alerts, deliveries))
        {
            limit.IsCancellationRequested.ShouldBeFalse(
                $"not all is told at {story.Now:t}: {string.Join(", ", alerts.Select(alert => $"{alert.Finding.Rule} {alert.State}"))}; {string.Join(", ", deliveries.Select(delivery => $"{delivery.Title} {delivery.State}"))}");
            await Task.Delay(200, Stop);
            alerts = await AskAsync(story, "api/alerts", ApiJson.Default.IReadOnlyListAlert);
            deliveries = await AskAsync(story, "api/deliveries", ApiJson.Default.IReadOnlyListDeliveryView);
        }
        alerts.ShouldContain(alert => alert.Finding.Rule == "usage-spike");
        CheckMails(story, alerts, [.. deliveries.Where(delivery => delivery.Channel == "email")]);
        CheckCards(story, [.. deliveries.Where(delivery => delivery.Channel == "teams")]);
        // The counts first: the host lives on, and no count may be newer than the counters it is held against.
        var counts = await ReadingsAsync(story, Metric.Calls);
        CheckCounts(story, await ReadingsAsync(story, Metric.UsageLive), counts);
    }

    private static bool IsTold(IReadOnlyList<Alert> alerts, IReadOnlyList<DeliveryView> deliveries) =>
        alerts.Count > 0
        && alerts.All(alert => alert.State == AlertState.Resolved)
        && alerts.All(alert => alert.Decisions.Any(
            decision => decision.MessageId == $"{alert.Id}-{alert.Transitions}" && decision.Verdict != Verdict.Hold))
        && deliveries.Count >= 2 * alerts.Sum(alert => Led(alert).Count())
        && deliveries.All(delivery => delivery.State == DeliveryState.Sent || IsOvertaken(delivery));

    // What waited until its incident was over is told by the end of it.
    private static bool IsOvertaken(DeliveryView delivery) => delivery.LastError == AlertDelivery.Overtaken;

    private static void CheckMails(CrashStory story, IReadOnlyList<Alert> alerts, IReadOnlyList<DeliveryView> deliveries)
    {
        var mails = story.Inbox.Messages.Where(message => message.Kind == InboxKind.Mail).ToLookup(mail => MessageId(mail.Raw));
        var told = alerts.SelectMany(alert => Led(alert).Select(id => (alert.Id, Mail: MailIdOf(story, alert, id)))).ToList();
        deliveries.Count.ShouldBe(told.Count, "each transition that leads a message is one delivery by mail");
        mails.Select(copies => copies.Key).Except(told.Select(transition => transition.Mail)).ShouldBeEmpty("no mail is of nothing known");
        told.Where(transition => !mails.Contains(transition.Mail))
            .ShouldAllBe(
                transition => deliveries.Any(delivery => delivery.AlertId == transition.Id && IsOvertaken(delivery)),
                "no mail is missing but what a later one overtook");
        told.GroupBy(transition => transition.Id, transition => transition.Mail)
            .ShouldAllBe(alert => mails.Contains(alert.Last()), "how it ended is told");
        foreach (var copies in mails)
        {
            var alert = told.Single(transition => transition.Mail == copies.Key).Id;
            copies.Count().ShouldBeLessThanOrEqualTo(
                deliveries.Where(delivery => delivery.AlertId == alert && delivery.Title == copies.First().Title).Sum(delivery => delivery.Begun),
                copies.First().Title);
        }
    }

    // A card has no message id: its link names the alert, and its title the transition.
    private static void CheckCards(CrashStory story, IReadOnlyList<DeliveryView> deliveries)
    {
        var cards = story.Inbox.Messages.Where(message => message.Kind == InboxKind.Card).Select(card => card.Raw.GetRawText()).ToList();
        var recognised = 0;
        // An alert that came back is told under the same title again.
        foreach (var same in deliveries.GroupBy(delivery => (delivery.AlertId, delivery.Title)))
        {
            var copies = cards.Count(card => card.Contains($"alerts/{same.Key.AlertId}", StringComparison.Ordinal)
                && card.Contains($"\"{same.Key.Title}\"", StringComparison.Ordinal));
            // Only a message whose sender died before it could note the success may come again.
            copies.ShouldBeInRange(same.Count(delivery => !IsOvertaken(delivery)), same.Sum(delivery => delivery.Begun), same.Key.Title);
            recognised += copies;
        }
        recognised.ShouldBe(cards.Count);
    }

    private static void CheckCounts(CrashStory story, IReadOnlyList<Reading> counters, IReadOnlyList<Reading> counts)
    {
        var truth = new CallCounter(CrashStory.Account, [story.Theft]);
        foreach (var counter in counters.Where(counter => counter.At >= CrashStory.Begins))
        {
            story.Asked.ShouldContain(
                asked => asked >= counter.At && truth.CountAt(asked) == counter.Value, $"the counter of {counter.At:O} is one that HubSpot showed");
        }
        counts.Zip(counts.Skip(1)).ShouldAllBe(pair => pair.Second.Since >= pair.First.At);

        List<Reading> lived = [.. counts.Where(count => count.Since >= CrashStory.Begins)];
        var values = counters.ToDictionary(counter => counter.At, counter => counter.Value);
        lived.ShouldNotBeEmpty();
        lived.ShouldAllBe(count => count.Value == values[count.At] - values[count.Since!.Value]);
        lived.Sum(count => count.Value).ShouldBeLessThanOrEqualTo(truth.CountAt(story.Asked.Max()) - truth.CountAt(lived[0].Since!.Value));
    }

    // What is found together is told in the message of the worst.
    private static IEnumerable<string> Led(Alert alert) =>
        alert.Decisions
            .Where(decision => decision.Verdict == Verdict.Send && !decision.Reason.StartsWith("Told in", StringComparison.Ordinal))
            .Select(decision => decision.MessageId);

    private static string MailIdOf(CrashStory story, Alert alert, string id)
    {
        var message = new AlertMessage
        {
            Id = id,
            AlertId = alert.Id,
            // The first mail of an incident begins its thread; those after it have ids of their own.
            Transition = id == $"{alert.Id}-1" ? Transition.Opened : Transition.Resolved,
            Severity = alert.Severity,
            Portal = alert.Portal,
            TimeZone = "UTC",
            UtcOffset = TimeSpan.Zero,
            Finding = alert.Finding,
            OpenedAt = alert.OpenedAt,
            At = alert.OpenedAt,
            Link = story.HostAddress,
            JsonLink = story.HostAddress,
        };
        return Letter.Of(message, CrashStory.MailHost, "Delivery:Email:To").Headers["Message-ID"];
    }

    private static string MessageId(JsonElement mail) =>
        mail.TryGetProperty("headers", out var headers)
            ? headers.GetProperty("Message-ID").GetString()!
            : mail.GetProperty("personalizations")[0].GetProperty("headers").GetProperty("Message-ID").GetString()!;

    // From after the account's midnight, at five o'clock UTC, so that every counter is of one day.
    private static Task<IReadOnlyList<Reading>> ReadingsAsync(CrashStory story, string metric) =>
        AskAsync(
            story, $"api/readings?portal={CrashStory.Account.Id}&metric={metric}&from=2026-11-24T05:10:00Z", ApiJson.Default.IReadOnlyListReading);

    private static async Task<T> AskAsync<T>(CrashStory story, string path, JsonTypeInfo<T> type) =>
        (await story.Http.GetFromJsonAsync(new Uri(story.HostAddress, path), type, Stop))!;
}
