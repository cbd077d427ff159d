using HubSpotMonitor.Local.Scenarios;

namespace HubSpotMonitor.Tests.Local;

public sealed class ScenarioTests
{
    [Fact]
    public void The_scenarios_are_those_that_the_documents_name() =>
        ScenarioCatalog.Names.ShouldBe(["dead-token", "forged-webhooks", "mass-delete", "near-limit", "quiet", "silent-webhooks", "slow-drain", "token-theft"]);

    [Fact]
    public void Every_scenario_tells_something_and_begins_half_an_hour_in() => ScenarioCatalog.All.ShouldAllBe(scenario =>
        scenario.Title.Length > 20 &&
        scenario.Story.Length > 50 &&
        scenario.Lines.Count > 0 &&
        scenario.Effects.All(effect => effect.StartsAfter >= TimeSpan.FromMinutes(30)));
}
