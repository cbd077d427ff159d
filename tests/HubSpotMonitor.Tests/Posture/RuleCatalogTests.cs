using HubSpotMonitor.Benchmarks.Posture;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Detection;
using HubSpotMonitor.Detection.Events;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Posture;

public sealed class RuleCatalogTests
{
    [Fact]
    public void Every_rule_in_the_assembly_is_in_the_list() =>
        typeof(IPostureRule).Assembly.GetTypes()
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IPostureRule)))
            .ShouldBe(RuleCatalog.Rules.Select(rule => rule.GetType()), ignoreOrder: true);

    [Fact]
    public void Every_detectors_rule_has_a_sheet() =>
        RuleCatalog.Sheets.Select(sheet => sheet.Id).Except(RuleCatalog.Rules.Select(rule => rule.Sheet.Id)).ShouldBe(
            [
                UsageFindings.SpikeRule, UsageFindings.DrainRule, UsageFindings.SilenceRule, QuotaDetector.Rule, BlindDetector.Rule,
                MassChangeDetector.Rule, SignatureDetector.Rule, AppInstallDetector.Rule,
                RateSeries.AppRule, RateSeries.Logins.Rule, RateSeries.Exports.Rule, FailingDelivery.Rule,
            ],
            ignoreOrder: true);

    [Fact]
    public void Ids_are_unique_and_kebab_case()
    {
        RuleCatalog.Sheets.Select(sheet => sheet.Id).ShouldBeUnique();
        RuleCatalog.Sheets.ShouldAllBe(sheet => sheet.Id.All(letter => char.IsAsciiLetterLower(letter) || letter == '-'));
    }

    [Fact]
    public void Every_sheet_is_filled_in_and_names_settings_that_exist()
    {
        RuleCatalog.Sheets.ShouldAllBe(sheet => sheet.Steps.Count == 3 && sheet.Section >= 1 && sheet.Section <= 6);
        // How the monitor itself delivers needs nothing of HubSpot's.
        RuleCatalog.Sheets.Where(sheet => sheet.Needs.Count == 0).Select(sheet => sheet.Id).ShouldBe([FailingDelivery.Rule]);
        var texts = RuleCatalog.Sheets.SelectMany(
            sheet => new[] { sheet.Sees, sheet.Why, sheet.BeSure, sheet.FalseAlarms, sheet.Good }.Concat(sheet.Steps));
        foreach (var text in texts) text.ShouldMatch(@"[.?:]\z");
        RuleCatalog.Sheets.SelectMany(sheet => sheet.Settings)
            .Distinct()
            .ShouldBeSubsetOf(typeof(PostureOptions).GetProperties().Select(property => property.Name));
    }

    [Fact]
    public void The_pages_are_those_that_the_rules_would_write()
    {
        var folder = Path.Combine(Repository.Root, "docs", "rules");
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file)!, File.ReadAllText).ShouldBe(RulePages.All(), ignoreOrder: true,
            "write them anew: dotnet run --project tests/HubSpotMonitor.Benchmarks -- rules");
    }

    [Fact]
    public void Coverage_says_what_would_let_more_rules_be_judged()
    {
        var evidence = (new World() with { Denied = AccessSource.SecurityActivity, Registry = null }).Gather();
        var gaps = Coverage.GapsOf(RuleCatalog.EvaluateAll(evidence), evidence.Sources);
        gaps.Select(gap => gap.Source).ShouldBe([AccessSource.SecurityActivity, AccessSource.Registry]);
        gaps[0].Says.ShouldBe("SecurityActivity: grant it.");
        var needing = RuleCatalog.Rules.Where(rule => rule.Sheet.Needs.Contains(AccessSource.SecurityActivity));
        gaps[0].Rules.ShouldBe(needing.Select(rule => rule.Sheet.Id), ignoreOrder: true);
        gaps[1].Rules.ShouldBe(["admin-outside-domain", "credential-never-seen", "credential-unregistered", "static-token-for-many"]);
        Coverage.GapsOf(RuleCatalog.EvaluateAll(new World().Gather()), []).ShouldBeEmpty();
    }

    [Fact]
    public void A_rule_that_is_switched_off_says_so_and_a_name_that_is_no_rule_stops_the_start()
    {
        PostureOptions options = new() { OffRules = { "legacy-credential" } };
        var result = RuleCatalog.EvaluateAll(new World().Gather() with { Options = options }).Single(result => result.Rule == "legacy-credential");
        (result.Outcome, result.Because).ShouldBe((RuleOutcome.NotEvaluable, "It is switched off by Posture:OffRules."));
        new PostureOptionsValidator().Validate(null, options).Succeeded.ShouldBeTrue();
        options.OffRules.Add("legacy-credentials");
        new PostureOptionsValidator().Validate(null, options).FailureMessage!.ShouldContain("Posture:OffRules names 'legacy-credentials'");
    }

    [Fact]
    public void Stories_name_rules_that_exist()
    {
        var ids = RuleCatalog.Sheets.Select(sheet => sheet.Id).ToHashSet();
        SpikeStory.Rules.ShouldBeSubsetOf(ids);
        SpikeStory.Parts([Events.Login(Samples.Noon), Events.Security("SERVICE_KEY_REVEAL", Samples.Noon)])
            .Select(part => part.Split('|')[0])
            .ShouldBe(["login-unusual-place", "developer-off-hours"]);
        ids.ShouldContain("login-unusual-place");
        ids.ShouldContain("developer-off-hours");
    }
}
