using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Webhooks;

/// <summary>What is wrong with a request that only looks like HubSpot's.</summary>
public enum ForgeryKind
{
    /// <summary>Signed by somebody who does not know the secret.</summary>
    WrongSecret,

    /// <summary>Once HubSpot's own, and sent again later.</summary>
    OldTimestamp,

    /// <summary>HubSpot's own signature over other events.</summary>
    TamperedBody,

    /// <summary>Without the signature, or without its timestamp.</summary>
    MissingHeader,
}

/// <summary>A request that is not HubSpot's.</summary>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Number">Its number; it also decides its events.</param>
internal sealed record Forgery(ForgeryKind Kind, long Number)
{
    private const int EventSource = 2500;
    private const string Guess = "00000000-0000-0000-0000-000000000000";

    private static readonly TimeSpan Age = TimeSpan.FromMinutes(10);

    /// <summary>Those of an interval, each kind in its turn.</summary>
    public static IEnumerable<Forgery> Between(IReadOnlyList<ScenarioRun> runs, DateTimeOffset from, DateTimeOffset to)
    {
        foreach (var (run, effect) in runs.SelectMany(run => run.Scenario.Effects.OfType<Forgeries>().Select(effect => (run, effect))))
        {
            if (!run.Overlaps(effect, from, to))
                continue;
            var every = TimeSpan.FromMinutes(1) / effect.PerMinute;
            var began = run.StartedAt + effect.StartsAfter;
            for (var number = Math.Max(0, (long)Math.Ceiling((from - began) / every)); began + (number * every) < to; number++)
            {
                if (run.IsActive(effect, began + (number * every)))
                    yield return new((ForgeryKind)(number % 4), number);
            }
        }
    }

    public SignedPost Post(SimulatedAccount account, string secret, Uri url, DateTimeOffset now)
    {
        var body = CrmEvent.Body([Deletion(account, now, 0)]);
        var post = Kind switch
        {
            ForgeryKind.WrongSecret => SignedPost.Sign(body, Guess, url, now),
            ForgeryKind.OldTimestamp => SignedPost.Sign(body, secret, url, now - Age),
            _ => SignedPost.Sign(body, secret, url, now),
        };
        return Kind switch
        {
            ForgeryKind.TamperedBody => post with { Body = CrmEvent.Body([Deletion(account, now, 1)]) },
            ForgeryKind.MissingHeader when Number / 4 % 2 == 0 => post with { V3 = null, V1 = null },
            ForgeryKind.MissingHeader => post with { Timestamp = null },
            _ => post,
        };
    }

    private CrmEvent Deletion(SimulatedAccount account, DateTimeOffset now, int further)
    {
        var kind = ChangeKind.ContactDeleted;
        var draw = new Draw(account.Seed, EventSource, Number);
        return new()
        {
            EventId = 1 + (long)(4_000_000_000 * draw.Unit()),
            SubscriptionId = kind.Subscription,
            PortalId = account.Id,
            AppId = SimulatedAccount.MonitorApp,
            OccurredAt = now.ToUnixTimeMilliseconds(),
            SubscriptionType = kind.Type,
            ObjectId = kind.FirstObject + (Number % 10_000) + further,
            ChangeFlag = kind.Flag,
            ChangeSource = "INTEGRATION",
            SourceId = ChangeSource.App(ChangeSource.Cleanup),
        };
    }
}
