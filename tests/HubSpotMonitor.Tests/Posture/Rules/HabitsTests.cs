using HubSpotMonitor.Local.Simulation.Access;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Posture.Rules;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Posture.Rules;

public sealed class HabitsTests
{
    private static readonly DateOnly First = new(2026, 10, 20);

    [Fact]
    public void In_fifty_accounts_nobody_who_rotates_keys_by_day_keeps_odd_hours()
    {
        var evidence = new World().Gather();
        var rotations = Enumerable.Range(7, 50).SelectMany(seed => Rotations(seed, evidence)).ToList();
        rotations.Count.ShouldBeGreaterThanOrEqualTo(250); // each of an account's five keys within the two months
        rotations.Where(rotation => rotation.IsOdd).Select(rotation => rotation.Told).ShouldBeEmpty();
    }

    // A month to learn, and two to be judged. All that is seen of people are their logins and what they do with keys.
    private static IEnumerable<(string Told, bool IsOdd)> Rotations(int seed, PostureEvidence evidence)
    {
        var life = new OrdinaryLife(MonitorUnderTest.Account with { Seed = seed });
        var ledger = AccessLedger.Empty(evidence.Portal.Id);
        for (var day = 0; day < 91; day++)
        {
            List<ActivityEvent> events =
            [
                .. new[] { Feed.Login, Feed.Security }.SelectMany(
                    feed => life.Of(feed, First.AddDays(day)).Where(item => item.Type != AccessEvent.Refused).Select(item => Event(feed, item))),
            ];
            if (day >= 30)
            {
                foreach (var item in events.Where(item => item.Type.EndsWith("_ROTATE", StringComparison.Ordinal)))
                    yield return ($"account {seed}: {item.User} at {item.At:u}", Habits.IsOddHour(evidence with { Before = ledger }, item));
            }
            ledger = AccessLedger.Fold(ledger, events, DateTimeOffset.MaxValue);
        }
    }

    private static ActivityEvent Event(Feed feed, AccessEvent item) =>
        feed == Feed.Login ? Events.Login(item.At, item.By!.Email) : Events.Security(item.Type, item.At, item.Object, item.By!.Email);
}
