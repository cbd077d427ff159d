using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Local.Simulation;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using HubSpotMonitor.Tests.Polling;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Rotation;

/// <summary>A rotation is proved by what HubSpot answers to both secrets, through the real API.</summary>
public sealed class RotationProofTests(ConnectingHost host, SharedAzurite azurite) : IClassFixture<ConnectingHost>, IAsyncLifetime
{
    /// <summary>A service key of whose rotation nothing is known.</summary>
    private static readonly Credential Key = new() { Id = "key", Kind = CredentialKind.ServiceKey, Name = "A key", Status = CredentialStatus.Active };

    private static int _tokens;

    private readonly HttpClient _browser = host.NewBrowser();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var now = host.Clock.GetUtcNow();
        var rotated = Key with { Id = "service-key-7", RotatedAt = now.AddDays(-1) };
        var app = new Credential
        {
            Id = "LegacyPrivateApp:77",
            Kind = CredentialKind.LegacyPrivateApp,
            Name = "Warehouse sync",
            ObjectId = "77",
            RegisteredAs = "warehouse",
            Status = CredentialStatus.Active,
        };
        await ListAsync(rotated, Key, app);
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Once_a_secret_that_was_seen_to_work_is_dead_the_rotation_is_proved()
    {
        var (old, secret) = await RotatedAsync();
        var proof = await ProveAsync(old, secret);
        (proof.Verdict, proof.OldAnswer, proof.NewAnswer, proof.AppId)
            .ShouldBe((RotationVerdict.Proven, SecretAnswer.Refused, SecretAnswer.Works, 4_042_017));
        proof.Says.ShouldBe("The old secret, which was seen to work before, is refused, and the new one works: the rotation is done.");
        (proof.Portal, proof.Credential, proof.By, proof.At)
            .ShouldBe((ConnectingHost.Globex, "service-key-7", "jo@example.com", host.Clock.GetUtcNow()));
        (proof.OldFingerprint, proof.NewFingerprint).ShouldBe(($"pat-na1-…{old[^4..]}", $"pat-na1-…{secret[^4..]}"));
    }

    [Fact]
    public async Task A_dead_text_that_was_never_seen_to_work_proves_no_rotation_however_often_it_is_tried()
    {
        var (invented, secret, next) = (NewToken(), NewToken(), NewToken());
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var proof = await ProveAsync(invented, secret);
        proof.Verdict.ShouldBe(RotationVerdict.OldNeverSeen);
        proof.Says.ShouldStartWith("The old secret is refused and the new one works, but the old one was never seen to work here");
        (await ProveAsync(invented, secret)).Verdict.ShouldBe(RotationVerdict.OldNeverSeen);
        // The one in its place was seen: the next rotation needs no other proof.
        host.HubSpot.Tokens.End(secret);
        host.HubSpot.Tokens.Add(next, ConnectingHost.Globex);
        (await ProveAsync(secret, next)).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public async Task A_secret_that_was_seen_to_work_as_another_credentials_proves_nothing_of_this_one()
    {
        var (old, secret) = await RotatedAsync(credential: "key");
        (await ProveAsync(old, secret)).Verdict.ShouldBe(RotationVerdict.OldNeverSeen);
        (await ProveAsync(old, secret, credential: "key")).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public async Task A_dead_text_that_ends_like_a_key_that_was_seen_to_work_is_not_taken_for_it()
    {
        var (old, secret) = await RotatedAsync();
        var invented = $"{NewToken()[..^4]}{old[^4..]}";
        (await ProveAsync(invented, secret)).Verdict.ShouldBe(RotationVerdict.OldNeverSeen);
        (await ProveAsync(old, secret)).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public async Task A_proof_of_an_older_version_knows_a_secret_again_by_its_fingerprint()
    {
        var (old, secret) = (NewToken(), NewToken());
        var proof = await ProveAsync(old, secret);
        var older = proof with { Verdict = RotationVerdict.OldStillWorks, OldMark = null, NewMark = null };
        RotationJudge.SawAlive(older, old).ShouldBeTrue();
        RotationJudge.SawAlive(older, NewToken()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_registered_key_whose_number_is_known_only_after_the_first_half_is_the_same_key()
    {
        await ListAsync(Key with { Id = "registered:pump", RegisteredAs = "pump", Status = CredentialStatus.NeverSeen });
        var (old, secret) = await RotatedAsync(credential: "registered:pump");
        await ListAsync(Key with { Id = "ServiceKey:8", ObjectId = "8", RegisteredAs = "pump" });
        (await ProveAsync(old, secret, credential: "ServiceKey:8")).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public async Task The_monitors_own_key_without_a_number_is_the_same_one_after_its_rotation()
    {
        var (old, secret) = (NewToken(), NewToken());
        var (before, after) = ($"ServiceKey:{Fingerprint.Of(old)}", $"ServiceKey:{Fingerprint.Of(secret)}");
        host.HubSpot.Tokens.Add(old, ConnectingHost.Globex);
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        await ListAsync(Key with { Id = before, IsOwn = true });
        (await ProveAsync(old, secret, credential: Uri.EscapeDataString(before))).Verdict.ShouldBe(RotationVerdict.OldStillWorks);
        host.HubSpot.Tokens.End(old);
        await ListAsync(Key with { Id = after, IsOwn = true });
        (await ProveAsync(old, secret, credential: Uri.EscapeDataString(after))).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public async Task The_rotation_that_brought_a_secret_is_not_taken_for_the_one_that_replaced_it()
    {
        var (old, secret) = await RotatedAsync();
        (await ProveAsync(old, secret)).Says.ShouldEndWith("the rotation is done.");
        var next = NewToken();
        host.HubSpot.Tokens.End(secret);
        host.HubSpot.Tokens.Add(next, ConnectingHost.Globex);
        (await ProveAsync(secret, next)).Says.ShouldContain("rests on the word of who asked");
        await ListAsync(Key with { Id = "service-key-7", RotatedAt = host.Clock.GetUtcNow().AddMinutes(1) });
        (await ProveAsync(secret, next)).Says.ShouldEndWith("the rotation is done.");
    }

    [Fact]
    public async Task What_HubSpot_said_of_a_secret_while_it_lived_still_holds_when_it_is_dead()
    {
        var (old, _) = await RotatedAsync();
        var other = NewToken();
        host.HubSpot.Tokens.Add(other, ConnectingHost.Globex, 78);
        (await ProveAsync(old, other)).Verdict.ShouldBe(RotationVerdict.OtherApp);
    }

    [Fact]
    public async Task Where_nothing_but_a_persons_word_makes_the_new_secret_this_keys_it_says_so()
    {
        var (old, secret) = await RotatedAsync(credential: "key");
        var proof = await ProveAsync(old, secret, credential: "key");
        proof.Verdict.ShouldBe(RotationVerdict.Proven);
        proof.Says.ShouldEndWith(
            "That the new one is this key's rests on the word of who asked: HubSpot does not tell, and no rotation that could be this one is known of this key from the last 30 days.");
    }

    [Fact]
    public async Task While_both_work_it_says_that_the_old_one_dies_by_itself()
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(old, ConnectingHost.Globex);
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var proof = await ProveAsync(old, secret);
        proof.Verdict.ShouldBe(RotationVerdict.OldStillWorks);
        proof.Says.ShouldContain("If you chose \"expire later\", it dies by itself within 7 days");
        host.HubSpot.Tokens.End(old);
        (await ProveAsync(old, secret)).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Theory]
    [InlineData(ConnectingHost.Globex, 1, 4713, 1, RotationVerdict.OtherPortal)]
    [InlineData(4713, 1, 4713, 1, RotationVerdict.OtherPortal)]
    [InlineData(ConnectingHost.Globex, 1, ConnectingHost.Globex, 2, RotationVerdict.OtherApp)]
    [InlineData(ConnectingHost.Globex, 1, 0, 0, RotationVerdict.NewRefused)]
    public async Task What_proves_nothing_is_named(long oldPortal, long oldApp, long newPortal, long newApp, RotationVerdict verdict)
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(old, oldPortal, oldApp);
        if (newPortal > 0) host.HubSpot.Tokens.Add(secret, newPortal, newApp);
        (await ProveAsync(old, secret)).Verdict.ShouldBe(verdict);
    }

    [Fact]
    public async Task That_HubSpot_names_another_app_than_the_credential_is_taken_for_is_for_a_person_to_judge()
    {
        const string app = "LegacyPrivateApp:77";
        var (own, other) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(own, ConnectingHost.Globex, 77);
        host.HubSpot.Tokens.Add(other, ConnectingHost.Globex, 78);
        var proof = await ProveAsync(NewToken(), other, credential: app);
        (proof.Verdict, proof.Says).ShouldBe((
            RotationVerdict.Undecided,
            "HubSpot names app 78 of the new secret, where this credential is taken for app 77: look which of the two is right."));
        (await ProveAsync(NewToken(), other, credential: "warehouse")).Verdict.ShouldBe(RotationVerdict.Undecided);
        (await ProveAsync(own, other, credential: app)).Verdict.ShouldBe(RotationVerdict.OtherApp);
        var (old, secret) = await RotatedAsync(credential: "warehouse", app: 77);
        var done = await ProveAsync(old, secret, credential: app);
        (done.Verdict, done.Credential).ShouldBe((RotationVerdict.Proven, app));
        done.Says.ShouldEndWith("the rotation is done.");
    }

    [Theory]
    [InlineData(200, """{"hubId":4711,"appId":7}""", SecretAnswer.Works, RotationVerdict.OldStillWorks)]
    [InlineData(200, "{}", SecretAnswer.Unknown, RotationVerdict.Undecided)]
    [InlineData(401, "{}", SecretAnswer.Unknown, RotationVerdict.Undecided)]
    public async Task A_refusal_for_too_many_calls_proves_life_only_where_HubSpot_names_the_account(
        int status, string info, SecretAnswer answer, RotationVerdict verdict)
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Usage = [FakeHubSpot.Reply("{}", 429, ("Retry-After", "60"))];
        hubSpot.Others["access-token-info"] = [FakeHubSpot.Reply(info, status)];
        await using var monitor = await MonitorUnderTest.StartAsync(
            azurite.ConnectionString, "quiet", Samples.Noon, ("HubSpot:BaseUrl", hubSpot.Address.ToString()));
        var proof = await monitor.Get<RotationDesk>()
            .ProveAsync(MonitorUnderTest.Account.Id, Key, new(NewToken(), NewToken(), "jo"), monitor.Now, Stop);
        (proof!.OldAnswer, proof.NewAnswer, proof.Verdict).ShouldBe((answer, answer, verdict));
    }

    [Fact]
    public void Without_an_answer_nothing_is_decided()
    {
        var claim = new RotationClaim(NewToken(), NewToken(), "jo");
        var (works, unknown, refused) = (
            new SecretView(SecretAnswer.Works, 1, 2),
            new SecretView(SecretAnswer.Unknown, null, null),
            new SecretView(SecretAnswer.Refused, null, null));
        RotationJudge.Judge(1, Key, null, claim, unknown, works, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, Key, null, claim, refused, unknown, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, Key, null, claim, refused, works with { Portal = null }, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, Key, null, claim, works with { Portal = null }, works, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, Key, null, claim, refused, works with { Answer = SecretAnswer.WorksWithoutScope }, Samples.Noon).Verdict
            .ShouldBe(RotationVerdict.OldNeverSeen);
    }

    [Fact]
    public void That_both_are_refused_is_said_only_where_both_are()
    {
        var claim = new RotationClaim(NewToken(), NewToken(), "jo");
        var (unknown, refused) = (new SecretView(SecretAnswer.Unknown, null, null), new SecretView(SecretAnswer.Refused, null, null));
        RotationJudge.Judge(1, Key, null, claim, refused, refused, Samples.Noon).Says.ShouldStartWith("Both secrets are refused");
        RotationJudge.Judge(1, Key, null, claim, unknown, refused, Samples.Noon).Says
            .ShouldStartWith("The new secret is refused; whether the old one still works could not be learned");
    }

    [Fact]
    public async Task Proofs_are_listed_and_exported_with_formulas_disarmed_and_no_secret_is_anywhere()
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        await ProveAsync(old, secret, by: "=HYPERLINK(\\\"https://evil.example\\\")");
        var json = await _browser.GetStringAsync(new Uri("/api/credentials/proofs?portal=4712", UriKind.Relative), Stop);
        using var csv = await _browser.GetAsync(new Uri("/api/credentials/proofs?portal=4712&format=csv", UriKind.Relative), Stop);
        var text = await csv.Content.ReadAsStringAsync(Stop);
        csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        text.ShouldStartWith(
            "\"at\",\"portal\",\"credential\",\"old\",\"old answer\",\"new\",\"new answer\",\"app\",\"verdict\",\"says\",\"by\",\"id\"\r\n");
        text.ShouldContain("\"'=HYPERLINK(\"\"https://evil.example\"\")\"");
        text.ShouldContain($"\"pat-na1-…{old[^4..]}\",\"Refused\",\"pat-na1-…{secret[^4..]}\",\"Works\"");
        foreach (var shown in (string[])[json, text]) shown.ShouldNotContain(Keys.SecretMark(old));
        foreach (var place in host.Logs.Lines.Append(json).Append(text).Append(await host.RawAsync("RotationProofs")))
        {
            place.ShouldNotContain(old);
            place.ShouldNotContain(secret);
        }
    }

    [Theory]
    [InlineData("null", "must be a JSON object with old, new and by")]
    [InlineData("[]", "must be a JSON object with old, new and by")]
    [InlineData("""{"old":5,"new":"x","by":"y"}""", "must be a JSON object with old, new and by")]
    [InlineData("""{"old":"OLD","by":"jo"}""", "must be a JSON object with old, new and by")]
    [InlineData("""{"old":"short","new":"NEW","by":"jo"}""", "old and new must be secrets")]
    [InlineData("""{"old":"OLD","new":"NEW\nX","by":"jo"}""", "old and new must be secrets")]
    [InlineData("""{"old":"OLD","new":"OLD","by":"jo"}""", "old and new are the same")]
    [InlineData("""{"old":"OLD","new":"NEW","by":" "}""", "by and the credential's id must have")]
    [InlineData("""{"old":"OLD","new":"NEW","by":"jo NEW"}""", "holds a secret")]
    [InlineData("""{"old":"OLD","new":"NEW","by":"pat-na1-11111111-0000-4000-8000-000000000001"}""", "holds a secret")]
    public async Task A_question_that_cannot_be_asked_is_refused_and_not_repeated(string body, string sentence)
    {
        var text = body.Replace("OLD", NewToken(), StringComparison.Ordinal).Replace("NEW", NewToken(), StringComparison.Ordinal);
        using var answer = await PostAsync("/api/credentials/service-key-7/proof?portal=4712", text);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var said = await answer.Content.ReadAsStringAsync(Stop);
        said.ShouldContain(sentence);
        said.ShouldNotContain("-4000-8000-");
    }

    [Theory]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("?portal=4713", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("?portal=4712", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_JSON_for_an_account_of_the_settings_is_taken(string query, string type, HttpStatusCode status)
    {
        using var answer = await PostAsync($"/api/credentials/key/proof{query}", "{}", type);
        answer.StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData(4712, "ServiceKey%3A1")]
    [InlineData(4711, "service-key-7")]
    public async Task Of_a_credential_that_is_not_in_the_inventory_nothing_is_asked(long portal, string id)
    {
        using var answer = await PostAsync(
            $"/api/credentials/{id}/proof?portal={portal}", $$"""{"old":"{{NewToken()}}","new":"{{NewToken()}}","by":"jo"}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync(Stop)).ShouldContain("There is no such credential in the inventory of this account");
        (await host.Services.GetRequiredService<RotationDesk>().ReadAsync(portal, 1000, Stop))
            .ShouldNotContain(proof => proof.Credential == "ServiceKey:1" || proof.Portal == ConnectingHost.Acme);
    }

    [Fact]
    public async Task One_proof_of_an_account_at_a_time()
    {
        var desk = host.Services.GetRequiredService<RotationDesk>();
        var claims = Enumerable.Range(0, 8)
            .Select(_ => desk.ProveAsync(ConnectingHost.Globex, Key, new(NewToken(), NewToken(), "jo"), host.Clock.GetUtcNow(), Stop))
            .ToList();
        var proofs = await Task.WhenAll(claims);
        proofs.ShouldContain(proof => proof == null);
        proofs.ShouldContain(proof => proof != null);
        (await desk.ProveAsync(ConnectingHost.Globex, Key, new(NewToken(), NewToken(), "jo"), host.Clock.GetUtcNow(), Stop)).ShouldNotBeNull();
    }

    private Task ListAsync(params IReadOnlyList<Credential> credentials)
    {
        var report = new PostureReport
        {
            Portal = ConnectingHost.Globex,
            At = host.Clock.GetUtcNow(),
            Credentials = credentials,
            Results = [],
            Sources = [],
            Gaps = [],
        };
        return host.Services.GetRequiredService<AccessTable>().WriteAsync(report, Stop);
    }

    private static string NewToken() => $"pat-na1-{Guid.NewGuid().ToString()[..^4]}{Interlocked.Increment(ref _tokens):D4}";

    /// <summary>A rotation as the guide says: asked for while the old secret still worked, which is dead now.</summary>
    private async Task<(string Old, string New)> RotatedAsync(string credential = "service-key-7", long app = SimulatedAccount.MonitorApp)
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(old, ConnectingHost.Globex, app);
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex, app);
        (await ProveAsync(old, secret, credential: credential)).Verdict.ShouldBe(RotationVerdict.OldStillWorks);
        host.HubSpot.Tokens.End(old);
        return (old, secret);
    }

    private async Task<RotationProof> ProveAsync(string old, string secret, string by = "jo@example.com", string credential = "service-key-7")
    {
        using var answer = await PostAsync(
            $"/api/credentials/{credential}/proof?portal=4712", $$"""{"old":"{{old}}","new":"{{secret}}","by":"{{by}}"}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<RotationProof>(JsonSerializerOptions.Web, Stop))!;
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        _browser.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type), Stop);
}
