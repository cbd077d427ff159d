using System.Globalization;
using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>
/// What happens in an account's CRM, with whatever the scenarios add. Any minute can be computed at any time, and always holds the same events.
/// </summary>
public sealed class CrmActivity(SimulatedAccount account, IReadOnlyList<ScenarioRun> runs)
{
    // Keys of draws, apart from those of the calls.
    private const int HourSource = 2000;
    private const int MinuteSource = 2100;
    private const int CleanupSource = 2200;
    private const int ImportSource = 2300;
    private const int EffectSource = 2400;

    private const int ObjectsOfAType = 40_000;
    private const double HourSpread = 0.05;

    // A cleanup deletes one to four contacts, some three times an hour.
    private const double CleanupShare = 0.05;
    private const int MostCleaned = 4;

    // One hour in twelve of the working day somebody imports a list, which takes a quarter of an hour.
    private const double ImportShare = 0.08;
    private const int ImportMinutes = 15;
    private const double ImportedPerMinute = 5;

    /// <summary>The events from an instant on and before another, oldest first.</summary>
    public IEnumerable<CrmEvent> Between(DateTimeOffset from, DateTimeOffset to)
    {
        for (var minute = Minute(from); Start(minute) < to; minute++)
        {
            foreach (var item in InMinute(minute).Where(item => item.At >= from && item.At < to))
                yield return item;
        }
    }

    internal static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    internal static DateTimeOffset Start(long minute) => DateTimeOffset.FromUnixTimeSeconds(60 * minute);

    private IEnumerable<CrmEvent> InMinute(long minute)
    {
        var local = TimeZoneInfo.ConvertTime(Start(minute), account.Zone).DateTime;
        // Stable, so that events of the same millisecond keep their order too.
        return Usual(minute, local)
            .Concat(Cleanup(minute))
            .Concat(Import(minute, local))
            .Concat(OfScenarios(minute))
            .OrderBy(item => item.OccurredAt);
    }

    private IEnumerable<CrmEvent> Usual(long minute, DateTime local)
    {
        for (var index = 0; index < ChangeSource.Usual.Count; index++)
        {
            var source = ChangeSource.Usual[index];
            var mood = Math.Exp(HourSpread * Math.Clamp(new Draw(account.Seed, HourSource + index, minute / 60).Normal(), -2, 2));
            var draw = new Draw(account.Seed, MinuteSource + index, minute);
            var count = draw.Count(mood * source.PerMinute(local));
            for (var number = 0; number < count; number++)
            {
                var by = Pick(source.Ids, ref draw);
                var thing = Thing(source.Change, minute, (100 * index) + number, ref draw);
                yield return Event(minute, source.Change, source.Name, by, thing, ref draw);
            }
        }
    }

    private IEnumerable<CrmEvent> Cleanup(long minute)
    {
        var draw = new Draw(account.Seed, CleanupSource, minute);
        if (draw.Unit() >= CleanupShare)
            yield break;
        for (var left = (int)Math.Ceiling(MostCleaned * draw.Unit()); left > 0; left--)
        {
            var thing = Thing(ChangeKind.ContactDeleted, minute, 0, ref draw);
            yield return Event(minute, ChangeKind.ContactDeleted, "INTEGRATION", ChangeSource.App(ChangeSource.Cleanup), thing, ref draw);
        }
    }

    private IEnumerable<CrmEvent> Import(long minute, DateTime local)
    {
        var hour = minute / 60;
        var ofHour = new Draw(account.Seed, ImportSource, hour);
        if (minute % 60 >= ImportMinutes || ofHour.Unit() >= ImportShare * ChangeSource.Work(local))
            yield break;
        var import = (30_000_000 + hour).ToString(CultureInfo.InvariantCulture);
        var draw = new Draw(account.Seed, ImportSource + 1, minute);
        var count = draw.Count(ImportedPerMinute);
        for (var number = 0; number < count; number++)
        {
            var thing = Thing(ChangeKind.ContactCreated, minute, 9_000 + number, ref draw);
            yield return Event(minute, ChangeKind.ContactCreated, "IMPORT", import, thing, ref draw);
        }
    }

    private IEnumerable<CrmEvent> OfScenarios(long minute)
    {
        var source = EffectSource;
        foreach (var (run, effect) in runs.SelectMany(run => run.Scenario.Effects.OfType<MassEdit>().Select(effect => (run, effect))))
        {
            source++;
            if (!run.Overlaps(effect, Start(minute), Start(minute + 1)))
                continue;
            var kind = effect is MassDelete ? ChangeKind.ContactDeleted : ChangeKind.ContactChanged;
            var draw = new Draw(account.Seed, source, minute);
            var count = draw.Count(effect.PerMinute);
            for (var number = 0; number < count; number++)
            {
                // One contact after the other: nothing can be deleted twice.
                var thing = kind.FirstObject + (((minute * (long)Math.Ceiling(1.2 * effect.PerMinute)) + number) % ObjectsOfAType);
                var item = Event(minute, kind, "INTEGRATION", ChangeSource.App(effect.App), thing, ref draw);
                if (run.IsActive(effect, item.At))
                    yield return item;
            }
        }
    }

    /// <summary>A new thing gets a number that no other has; a change meets one that is there.</summary>
    private static long Thing(ChangeKind kind, long minute, int number, ref Draw draw) =>
        kind.IsCreation
            ? (4 * kind.FirstObject) + (10_000 * (minute % 10_000_000)) + number
            : kind.FirstObject + (long)(ObjectsOfAType * draw.Unit());

    private CrmEvent Event(long minute, ChangeKind kind, string changeSource, string sourceId, long thing, ref Draw draw)
    {
        var (property, value) = (default(string), default(string));
        if (kind.Properties.Count > 0)
        {
            (property, var values) = Pick(kind.Properties, ref draw);
            value = Pick(values, ref draw);
        }
        return new()
        {
            EventId = 1 + (long)(4_000_000_000 * draw.Unit()),
            SubscriptionId = kind.Subscription,
            PortalId = account.Id,
            AppId = SimulatedAccount.MonitorApp,
            OccurredAt = (60_000 * minute) + (long)Math.Min(59_999, 60_000 * draw.Unit()),
            SubscriptionType = kind.Type,
            ObjectId = thing,
            PropertyName = property,
            PropertyValue = value,
            ChangeFlag = kind.Flag,
            ChangeSource = changeSource,
            SourceId = sourceId,
        };
    }

    private static T Pick<T>(IReadOnlyList<T> among, ref Draw draw) => among[(int)Math.Min(among.Count - 1, among.Count * draw.Unit())];
}
