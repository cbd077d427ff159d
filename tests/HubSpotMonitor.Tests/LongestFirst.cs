using HubSpotMonitor.Tests.Alerting;
using HubSpotMonitor.Tests.Browser;
using HubSpotMonitor.Tests.Bus;
using HubSpotMonitor.Tests.Functions;
using HubSpotMonitor.Tests.Local;
using HubSpotMonitor.Tests.Webhooks;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(HubSpotMonitor.Tests.LongestFirst))]

namespace HubSpotMonitor.Tests;

/// <summary>Classes that take twenty seconds and more begin first: one of them that began last would run alone, beside an idle core.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly List<string> Longest =
    [
        .. ((Type[])
        [
            typeof(ScenarioRunsTests), typeof(PublishedHostTests), typeof(WebhookCrashTests), typeof(AccessScenariosTests),
            typeof(SimulatedActivityTests), typeof(HostCrashTests), typeof(DigestDaysTests), typeof(AlertStoreTests), typeof(RabbitMqTests),
            typeof(BrowserTests), typeof(WebhookFuzzTests), typeof(LocalRunTests), typeof(QuietWeekRunTests),
        ])
            .Select(type => type.FullName!),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    // A class without a collection of its own is one, with the class in its name.
    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection =>
        Longest.FindIndex(name => collection.TestCollectionDisplayName.Contains($" {name} ", StringComparison.Ordinal)) is >= 0 and var place
            ? place
            : int.MaxValue;
}
