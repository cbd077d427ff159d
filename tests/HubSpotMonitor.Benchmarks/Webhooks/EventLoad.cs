using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Local.Simulation.Webhooks;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Benchmarks.Webhooks;

/// <summary>The simulated account while an app writes into all its contacts: batch after batch of 100 events, no event twice.</summary>
/// <param name="from">When the first of them happened.</param>
internal sealed class EventLoad(DateTimeOffset from)
{
    public const int Batch = 100;

    private const double ChangesPerMinute = 30_000;

    private static readonly Scenario MassChange = new()
    {
        Name = "mass-change",
        Title = "",
        Story = "",
        Effects = [new MassChange { StartsAfter = TimeSpan.Zero, PerMinute = ChangesPerMinute, App = ChangeSource.CrmSync }],
        Lines = [],
    };

    private readonly IEnumerator<CrmEvent[]> _batches =
        new CrmActivity(Account, [new(MassChange, from)]).Between(from, DateTimeOffset.MaxValue).Chunk(Batch).GetEnumerator();

    public static SimulatedAccount Account { get; } = new(1_000_001, "Account 1", "pat-na1-00000000-0000-4000-8000-000000000001", 1);

    /// <summary>As in the settings of every receiver.</summary>
    public static Uri PublicUrl { get; } = new("https://localhost/webhooks/hubspot");

    public static string Secret => "5f2a1c9e-3b7d-4e8f-9a60-1d2c3b4a5f6e";

    public static IOptions<WebhooksOptions> Options { get; } =
        Microsoft.Extensions.Options.Options.Create(new WebhooksOptions { PublicUrl = PublicUrl, Secrets = { Secret } });

    /// <summary>The bodies of the next requests.</summary>
    public IReadOnlyList<byte[]> Next(int batches) =>
        [.. Enumerable.Range(0, batches).Select(_ => _batches.MoveNext() ? CrmEvent.Body(_batches.Current) : [])];

    public static IReadOnlyList<SignedPost> Sign(IEnumerable<byte[]> bodies, DateTimeOffset at) =>
        [.. bodies.Select(body => SignedPost.Sign(body, Secret, PublicUrl, at))];
}
