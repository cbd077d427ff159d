using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.Account;

internal sealed class BulkExportRule : IPostureRule
{
    /// <summary>So many of somebody who never exported before are no try.</summary>
    private const int MuchForNewcomer = 3;

    // Of an export HubSpot tells twice, when it is made and when its file is fetched.
    private static readonly HashSet<string> Downloads = ["EXPORT_DOWNLOAD"];

    private static readonly HashSet<string> Makings = [.. ActivityEvent.ExportTypes.Except(Downloads)];

    // What takes all there is in one file, and how a headline says it.
    private static readonly Dictionary<string, string> Grave = new(StringComparer.Ordinal)
    {
        ["EXPORT_USERS"] = "exported the list of users",
        ["DATA_BACKUP_DOWNLOADED"] = "downloaded a backup",
    };

    public RuleSheet Sheet { get; } = new()
    {
        Id = "bulk-export",
        Title = "Data exported in bulk",
        Severity = Severity.High,
        Section = 5,
        Needs = [AccessSource.SecurityActivity],
        Sees = "More exports within a day than one and a half times the most of any of the last 90 days, the busiest one and the days beside it left out, and more than Posture:ExportsPerDay: High. So one day of many exports never becomes what is usual. Somebody who never exported before did so: High for three or more, for a list of users or a backup; else Medium. Anybody exported the list of users or downloaded a backup, where nobody did so within the last 90 days: High. An export and the download of its file count once; downloads count where they are more than the exports.",
        Why = "An export is the quickest way out with everything, needs no key and looks like work.",
        Steps =
        [
            "Ask the person named what the export was for, and where the file is now.",
            "If it was not they: reset the password and end all sessions; the link in the mail still works, so secure the mailbox too.",
            "Note which lists were exported: they decide whom to tell.",
        ],
        BeSure = "HubSpot's export log lists what was exported, and how many records.",
        FalseAlarms = "Ends of quarters, migrations, a new colleague's first report, a backup that is taken less often than every 90 days.",
        Settings = [nameof(PostureOptions.ExportsPerDay), nameof(PostureOptions.LearnDays)],
        Good = "Exports are as many as usual, by the usual people.",
        Maps = "T1567, T1213",
    };

    public RuleResult Evaluate(PostureEvidence evidence)
    {
        var exports = evidence.Today(ActivityEvent.ExportTypes.Contains).ToList();
        if (exports.Count > 0
            && evidence.Missing(AccessSource.SecurityActivity) is null
            && Habits.StillLearning(evidence.Before.SecuritySince, evidence) is { } learning)
        {
            return Sheet.NotEvaluable(learning);
        }
        return Sheet.Judge(evidence, [.. TooMany(evidence, exports), .. Newcomers(evidence, exports), .. Unheard(evidence, exports)]);
    }

    private IEnumerable<Finding> TooMany(PostureEvidence evidence, List<ActivityEvent> exports)
    {
        var usual = Usual(FilesByDay(evidence.Before));
        var limit = Math.Max(evidence.Options.ExportsPerDay, usual * 1.5);
        // Where days could not be read, several are looked at together: then the busiest of them.
        var day = exports
            .Select(last => exports.Where(item => item.At <= last.At && item.At > last.At - PostureEvidence.EventWindow).ToList())
            .MaxBy(FilesOf) ?? [];
        var files = FilesOf(day);
        if (files <= limit) yield break;
        var group = new EventGroup("exports", day);
        yield return Sheet.Finding(group.Subject, Severity.High, $"{files} exports within a day",
            $"{group.People} did {group.Types}{group.From}. The most on a day of the last {DailyCounts.KeptDays}, the busiest left out, was {usual}.",
            group.First.At, group.Evidence) with
        {
            NewestEvent = group.Last.Evidence,
            Expected = $"at most {Words.Count(limit)} exports a day",
            Seen = $"{files} exports",
        };
    }

    private static int FilesOf(IReadOnlyCollection<ActivityEvent> exports)
    {
        var downloads = exports.Count(item => Downloads.Contains(item.Type));
        return Math.Max(downloads, exports.Count - downloads);
    }

    private static Dictionary<int, int> FilesByDay(AccessLedger ledger)
    {
        var (made, fetched) = (ledger.CountsOf(Makings), ledger.CountsOf(Downloads));
        return made.Keys.Union(fetched.Keys).ToDictionary(day => day, day => Math.Max(made.GetValueOrDefault(day), fetched.GetValueOrDefault(day)));
    }

    // What was let pass once must not hide the next: one happening makes no rule, not even one that went over midnight.
    private static int Usual(IReadOnlyDictionary<int, int> days)
    {
        if (days.Count == 0) return 0;
        var busiest = days.MaxBy(day => day.Value).Key;
        return days.Where(day => Math.Abs(day.Key - busiest) > 1).Select(day => day.Value).DefaultIfEmpty().Max();
    }

    private IEnumerable<Finding> Newcomers(PostureEvidence evidence, List<ActivityEvent> exports)
    {
        foreach (var group in exports.Where(item => IsByNewcomer(evidence, item)).ByActor())
        {
            var grave = FilesOf(group.Events) >= MuchForNewcomer || group.Events.Any(item => Grave.ContainsKey(item.Type));
            yield return Sheet.Finding(group.Subject, grave ? Severity.High : Severity.Medium, $"{group.Subject} exported data for the first time",
                $"{group.Subject}, who never exported before as far as the history goes, did {group.Types}{group.From}.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            };
        }
    }

    private static bool IsByNewcomer(PostureEvidence evidence, ActivityEvent item) =>
        Habits.Of(evidence.After, item)?.FirstExport is { } first && evidence.IsToday(item with { At = first });

    // Who exports lists every week is no newcomer, and with one file takes everything for the first time.
    private IEnumerable<Finding> Unheard(PostureEvidence evidence, List<ActivityEvent> exports)
    {
        foreach (var group in exports
            .Where(item => Grave.ContainsKey(item.Type)
                && !IsByNewcomer(evidence, item)
                && evidence.Before.Days.All(known => known.Type != item.Type))
            .ByActor())
        {
            var did = string.Join(" and ", group.Events.Select(item => Grave[item.Type]).Distinct());
            yield return Sheet.Finding(group.Subject, Severity.High, $"{group.Subject} {did}",
                $"{group.Subject} did {group.Types}{group.From}. Within {DailyCounts.KeptDays} days before nobody did so, as far as the history goes.",
                group.First.At, group.Evidence) with
            {
                NewestEvent = group.Last.Evidence,
            };
        }
    }
}
