using HubSpotMonitor.Posture;
using HubSpotMonitor.Posture.Registry;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Posture.Registry;

public sealed class RegistryReaderTests
{
    private const string Head =
        "portals:\n  - id: 4711\n    credentials:\n      - id: erp\n        kind: service-key\n        owner: jane@acme.example\n";

    [Fact]
    public void The_sample_loads()
    {
        var file = Path.Combine(Repository.Root, "docs", "access-registry.sample.yaml");
        var reading = RegistryReader.Read(File.ReadAllText(file));
        reading.Problems.ShouldBeEmpty();
        var portal = reading.Registry!.For(12345678).ShouldNotBeNull();
        var erp = portal.Credentials[0];
        (erp.Id, erp.Kind, erp.ObjectId, erp.AgeLimit, erp.Rotated, erp.MultiAccount).ShouldBe(
            ("erp-sync", CredentialKind.ServiceKey, "7654", TimeSpan.FromDays(90), new DateOnly(2026, 10, 2), false));
        erp.Consumers.ShouldBe(["erp-prod", "erp-worker-2"]);
        (portal.Credentials[^1].Id, portal.Credentials[^1].Ended).ShouldBe(("old-importer", new DateOnly(2026, 8, 14)));
        portal.AllowedApps!.ShouldContain("2931120");
        reading.Registry.Secrets.ShouldBeEmpty();
        new PostureOptionsValidator().Validate(null, new PostureOptions { RegistryFile = file }).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("colour: red", "line 7: the key 'colour' is unknown here; known are id, kind, objectId")]
    [InlineData("created: 2026-02-30", "line 7: 'created' is '2026-02-30': write a day as 2026-11-24.")]
    [InlineData("created: 24.11.2026", "line 7: 'created' is '24.11.2026'")]
    [InlineData("ended: soon", "line 7: 'ended' is 'soon': write a day as 2026-11-24.")]
    [InlineData("created: [1]", "line 7: 'created' must be a text.")]
    [InlineData("ageLimit: 3 months", "line 7: 'ageLimit' is '3 months': write days, between 1d and 3650d.")]
    [InlineData("ageLimit: 0d", "line 7: 'ageLimit' is '0d'")]
    [InlineData("ageLimit: 999999999999d", "line 7: 'ageLimit' is '999999999999d'")]
    [InlineData("neededScopes: [crm.objects.unicorns.read]", "line 7: the scope 'crm.objects.unicorns.read' is unknown.")]
    [InlineData("neededScopes: crm.export", "line 7: 'neededScopes' must be a list.")]
    [InlineData("consumers: [{a: b}]", "line 7: an entry of 'consumers' must be a text")]
    [InlineData("multiAccount: maybe", "line 7: 'multiAccount' is 'maybe': write true or false.")]
    [InlineData("owner: twice", "line 7: this is no YAML that can be read")]
    [InlineData("name: \"\"", "line 7: 'name' must have between 1 and 500 letters.")]
    public void What_is_wrong_with_a_credential_is_said_with_its_line(string line, string says) =>
        Problems($"{Head}        {line}\n").ShouldContain(problem => problem.StartsWith(says, StringComparison.Ordinal));

    [Theory]
    [InlineData("", "line 1: one document is expected")]
    [InlineData("portals: []", "line 1: the list 'portals' is missing or empty.")]
    [InlineData("- a", "line 1: the file must be a mapping")]
    [InlineData("portals:\n  - id: acme\n", "line 2: 'id' is 'acme': write the account's number")]
    [InlineData("portals:\n  - id: 1\n  - id: 1\n", "line 3: the account 1 stands here a second time.")]
    [InlineData("portals:\n  - id: 1\n    mailDomains: [https://acme.example]\n", "line 3: 'https://acme.example' in 'mailDomains' is no host name")]
    [InlineData("portals:\n  - id: 1\n    credentials:\n      - kind: magic\n", "line 4: 'id' is missing.")]
    [InlineData("portals:\n  - id: 1\n    credentials:\n      - kind: magic\n", "line 4: 'kind' is 'magic'; known are private-app")]
    [InlineData("portals:\n  - id: 1\n    credentials:\n      - id: crm/erp-sync\n", "line 4: 'id' must have at most 80 letters and no slash.")]
    [InlineData(
        "portals:\n  - id: 1\n    credentials:\n      - id: a2345678901234567890123456789012345678901234567890123456789012345678901234567890123\n",
        "line 4: 'id' must have at most 80 letters and no slash.")]
    [InlineData("portals:\n  - id: 1\n    apps: [\n", "line 4: this is no YAML that can be read")]
    [InlineData("portals: *gone", "line 1: an alias (*name) stands for other lines")]
    public void What_is_wrong_with_the_file_is_said_with_its_line(string yaml, string says) =>
        Problems(yaml).ShouldContain(problem => problem.StartsWith(says, StringComparison.Ordinal));

    [Fact]
    public void Everything_is_said_at_once() =>
        Problems($"{Head}        created: never\n        colour: red\n        ageLimit: long\n").Count.ShouldBe(3);

    [Fact]
    public void An_id_or_a_number_may_stand_there_once()
    {
        Problems($"{Head}      - id: erp\n        kind: api-key\n        owner: x\n").ShouldBe(["line 7: the id 'erp' stands here a second time."]);
        Problems($"{Head}        objectId: \"1\"\n      - id: other\n        kind: service-key\n        owner: x\n        objectId: \"1\"\n")
            .ShouldBe(["line 8: the objectId '1' of this kind stands here a second time."]);
    }

    [Fact]
    public void A_rotation_does_not_come_before_the_making() =>
        Problems($"{Head}        created: 2026-05-01\n        rotated: 2026-04-01\n").ShouldBe(["line 4: 'rotated' lies before 'created'."]);

    [Theory]
    [InlineData("created")]
    [InlineData("rotated")]
    public void An_end_does_not_come_before_the_making_or_a_rotation(string other) =>
        Problems($"{Head}        {other}: 2026-05-01\n        ended: 2026-04-01\n").ShouldBe(["line 4: 'ended' lies before 'created' or 'rotated'."]);

    [Fact]
    public void A_newer_scope_may_be_named() =>
        Problems($"extraScopes: [crm.objects.unicorns.read]\n{Head}        neededScopes: [crm.objects.unicorns.read]\n").ShouldBeEmpty();

    [Fact]
    public void A_million_brackets_are_refused() =>
        Problems("portals: " + new string('[', 1_000_000)).ShouldHaveSingleItem().ShouldContain("nested more than 32 levels deep");

    [Fact]
    public void A_secret_in_it_is_found_with_its_line_and_not_repeated()
    {
        var registry = RegistryReader.Read($"{Head}        purpose: uses pat-na1-11111111-2222-3333-4444-555555555678\n").Registry.ShouldNotBeNull();
        var (found, line) = registry.Secrets.ShouldHaveSingleItem();
        (found.Fingerprint, line).ShouldBe(("pat-na1-…5678", 7));
        registry.Portals[0].Credentials[0].Purpose.ShouldBe("uses pat-na1-…5678");
    }

    [Theory]
    [InlineData("ageLimit: pat-na1-11111111-2222-3333-4444-555555555678")]
    [InlineData("pat-na1-11111111-2222-3333-4444-555555555678: 1")]
    [InlineData("hapikey: 11111111-2222-3333-4444-555555555678")]
    [InlineData("owner: hapikey=11111111-2222-3333-4444-555555555678")]
    public void No_sentence_repeats_a_secret_that_was_pasted_into_the_wrong_place(string line) =>
        Problems($"{Head}        {line}\n").ShouldHaveSingleItem().ShouldNotContain("1111");

    [Fact]
    public void A_missing_or_wrong_file_stops_the_start_with_a_sentence_that_names_the_setting()
    {
        Failure(new() { RegistryFile = "/nowhere/registry.yaml" })
            .ShouldStartWith("Posture:RegistryFile is '/nowhere/registry.yaml', which cannot be read");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "portals: 7\n");
            Failure(new() { RegistryFile = file }).ShouldStartWith($"Posture:RegistryFile {file}, line 1: 'portals' must be a list.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void A_wrong_threshold_stops_the_start(string setting, PostureOptions options) =>
        Failure(options).ShouldStartWith($"Posture:{setting} is ");

    public static TheoryData<string, PostureOptions> WrongOptions { get; } = new()
    {
        { "KeyAgeWarn", new() { KeyAgeWarn = TimeSpan.Zero } },
        { "KeyAgeLimit", new() { KeyAgeLimit = TimeSpan.FromDays(30) } },
        { "InactiveAfter", new() { InactiveAfter = TimeSpan.FromHours(1) } },
        { "CountryMemory", new() { CountryMemory = TimeSpan.Zero } },
        { "BruteForceWindow", new() { BruteForceWindow = TimeSpan.Zero } },
        { "MaxSuperAdmins", new() { MaxSuperAdmins = 0 } },
        { "MaxSuperAdminShare", new() { MaxSuperAdminShare = double.NaN } },
        { "BruteForceFailures", new() { BruteForceFailures = 1 } },
        { "TravelSpeed", new() { TravelSpeed = 5 } },
        { "ProtectedBlocks", new() { ProtectedBlocks = 0 } },
        { "ExportsPerDay", new() { ExportsPerDay = 0 } },
        { "LearnDays", new() { LearnDays = 0 } },
        { "NightFrom", new() { NightFrom = 24 } },
        { "NightTo", new() { NightTo = -1 } },
    };

    private static string Failure(PostureOptions options) => new PostureOptionsValidator().Validate(null, options).Failures!.First();

    private static IReadOnlyList<string> Problems(string yaml)
    {
        var reading = RegistryReader.Read(yaml);
        (reading.Registry is null).ShouldBe(reading.Problems.Count > 0);
        return reading.Problems;
    }
}
