using HubSpotMonitor.Local.Scenarios;
using HubSpotMonitor.Local.Simulation.Access;

namespace HubSpotMonitor.Tests.Local;

public sealed class ScenarioTests
{
    [Fact]
    public void The_scenarios_are_those_that_the_documents_name() =>
        ScenarioCatalog.Names.ShouldBe([
            "brute-force", "dead-token", "enterprise", "forged-webhooks", "guard-off", "key-revealed-then-used", "leaked-token", "mass-delete",
            "near-limit", "orphaned-grant", "quiet", "rotation", "scope-creep", "silent-webhooks", "slow-drain", "starter", "token-theft",
        ]);

    [Fact]
    public void Whoever_acts_in_a_scenario_works_in_the_account() => ScenarioCatalog.All.SelectMany(scenario => scenario.Effects)
        .Select(effect => effect switch { SecurityAct act => act.By, LoginAttempts attempts => attempts.By, RemoveUser gone => gone.Who, _ => null })
        .OfType<string>().ShouldBeSubsetOf(Person.All.Select(person => person.Key));

    [Fact]
    public void Every_scenario_tells_something_and_begins_half_an_hour_in() => ScenarioCatalog.All.ShouldAllBe(scenario =>
        scenario.Title.Length > 20 &&
        scenario.Story.Length > 50 &&
        scenario.Lines.Count > 0 &&
        scenario.Effects.All(effect => effect.StartsAfter >= TimeSpan.FromMinutes(30)));
}
