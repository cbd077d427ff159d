using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Connect;
using HubSpotMonitor.Tests.Polling;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Rotation;

/// <summary>A rotation is proved by what HubSpot answers to both secrets, through the real API.</summary>
public sealed class RotationProofTests(ConnectingHost host, SharedAzurite azurite) : IClassFixture<ConnectingHost>, IDisposable
{
    private static int _tokens;

    private readonly HttpClient browser = host.NewBrowser();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => browser.Dispose();

    [Fact]
    public async Task Once_the_old_secret_is_dead_the_rotation_is_proved()
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        var proof = await ProveAsync(old, secret);
        (proof.Verdict, proof.OldAnswer, proof.NewAnswer, proof.AppId).ShouldBe((RotationVerdict.Proven, SecretAnswer.Refused, SecretAnswer.Works, 4_042_017));
        proof.Says.ShouldBe("The old secret is refused and the new one works: the rotation is done.");
        (proof.Portal, proof.Credential, proof.By, proof.At).ShouldBe((ConnectingHost.Globex, "service-key-7", "jo@example.com", host.Clock.GetUtcNow()));
        (proof.OldFingerprint, proof.NewFingerprint).ShouldBe(($"pat-na1-…{old[^4..]}", $"pat-na1-…{secret[^4..]}"));
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
        var app = new Credential { Id = "LegacyPrivateApp:77", Kind = CredentialKind.LegacyPrivateApp, Name = "Warehouse sync", ObjectId = "77", RegisteredAs = "warehouse", Status = CredentialStatus.Active };
        await host.Services.GetRequiredService<AccessTable>().WriteAsync(new PostureReport { Portal = ConnectingHost.Globex, At = host.Clock.GetUtcNow(), Credentials = [app], Results = [], Sources = [], Gaps = [] }, Stop);
        var (own, other) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(own, ConnectingHost.Globex, 77);
        host.HubSpot.Tokens.Add(other, ConnectingHost.Globex, 78);
        var proof = await ProveAsync(NewToken(), other, credential: app.Id);
        (proof.Verdict, proof.Says).ShouldBe((RotationVerdict.Undecided, "HubSpot names app 78 of the new secret, where this credential is taken for app 77: look which of the two is right."));
        (await ProveAsync(NewToken(), other, credential: "warehouse")).Verdict.ShouldBe(RotationVerdict.Undecided);
        (await ProveAsync(own, other, credential: app.Id)).Verdict.ShouldBe(RotationVerdict.OtherApp);
        (await ProveAsync(NewToken(), own, credential: app.Id)).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Theory]
    [InlineData(200, """{"hubId":4711,"appId":7}""", SecretAnswer.Works, RotationVerdict.OldStillWorks)]
    [InlineData(200, "{}", SecretAnswer.Unknown, RotationVerdict.Undecided)]
    [InlineData(401, "{}", SecretAnswer.Unknown, RotationVerdict.Undecided)]
    public async Task A_refusal_for_too_many_calls_proves_life_only_where_HubSpot_names_the_account(int status, string info, SecretAnswer answer, RotationVerdict verdict)
    {
        await using var hubSpot = await FakeHubSpot.StartAsync();
        hubSpot.Usage = [FakeHubSpot.Reply("{}", 429, ("Retry-After", "60"))];
        hubSpot.Others["access-token-info"] = [FakeHubSpot.Reply(info, status)];
        await using var monitor = await MonitorUnderTest.StartAsync(azurite.ConnectionString, "quiet", Samples.Noon, ("HubSpot:BaseUrl", hubSpot.Address.ToString()));
        var proof = await monitor.Get<RotationDesk>().ProveAsync(MonitorUnderTest.Account.Id, "key", new(NewToken(), NewToken(), "jo"), monitor.Now, Stop);
        (proof!.OldAnswer, proof.NewAnswer, proof.Verdict).ShouldBe((answer, answer, verdict));
    }

    [Fact]
    public void Without_an_answer_nothing_is_decided()
    {
        var claim = new RotationClaim(NewToken(), NewToken(), "jo");
        var (works, unknown, refused) = (new SecretView(SecretAnswer.Works, 1, 2), new SecretView(SecretAnswer.Unknown, null, null), new SecretView(SecretAnswer.Refused, null, null));
        RotationJudge.Judge(1, "key", null, claim, unknown, works, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, "key", null, claim, refused, unknown, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, "key", null, claim, refused, works with { Portal = null }, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Undecided);
        RotationJudge.Judge(1, "key", null, claim, refused, works with { Answer = SecretAnswer.WorksWithoutScope }, Samples.Noon).Verdict.ShouldBe(RotationVerdict.Proven);
    }

    [Fact]
    public void That_both_are_refused_is_said_only_where_both_are()
    {
        var claim = new RotationClaim(NewToken(), NewToken(), "jo");
        var (unknown, refused) = (new SecretView(SecretAnswer.Unknown, null, null), new SecretView(SecretAnswer.Refused, null, null));
        RotationJudge.Judge(1, "key", null, claim, refused, refused, Samples.Noon).Says.ShouldStartWith("Both secrets are refused");
        RotationJudge.Judge(1, "key", null, claim, unknown, refused, Samples.Noon).Says.ShouldStartWith("The new secret is refused; whether the old one still works could not be learned");
    }

    [Fact]
    public async Task Proofs_are_listed_and_exported_with_formulas_disarmed_and_no_secret_is_anywhere()
    {
        var (old, secret) = (NewToken(), NewToken());
        host.HubSpot.Tokens.Add(secret, ConnectingHost.Globex);
        await ProveAsync(old, secret, by: "=HYPERLINK(\\\"https://evil.example\\\")");
        var json = await browser.GetStringAsync(new Uri("/api/credentials/proofs?portal=4712", UriKind.Relative), Stop);
        using var csv = await browser.GetAsync(new Uri("/api/credentials/proofs?portal=4712&format=csv", UriKind.Relative), Stop);
        var text = await csv.Content.ReadAsStringAsync(Stop);
        csv.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        text.ShouldStartWith("\"at\",\"portal\",\"credential\",\"old\",\"old answer\",\"new\",\"new answer\",\"app\",\"verdict\",\"says\",\"by\",\"id\"\r\n");
        text.ShouldContain("\"'=HYPERLINK(\"\"https://evil.example\"\")\"");
        text.ShouldContain($"\"pat-na1-…{old[^4..]}\",\"Refused\",\"pat-na1-…{secret[^4..]}\",\"Works\"");
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

    [Fact]
    public async Task One_proof_of_an_account_at_a_time()
    {
        var desk = host.Services.GetRequiredService<RotationDesk>();
        var claims = Enumerable.Range(0, 8).Select(_ => desk.ProveAsync(ConnectingHost.Globex, "key", new(NewToken(), NewToken(), "jo"), host.Clock.GetUtcNow(), Stop)).ToList();
        var proofs = await Task.WhenAll(claims);
        proofs.ShouldContain(proof => proof == null);
        proofs.ShouldContain(proof => proof != null);
        (await desk.ProveAsync(ConnectingHost.Globex, "key", new(NewToken(), NewToken(), "jo"), host.Clock.GetUtcNow(), Stop)).ShouldNotBeNull();
    }

    private static string NewToken() => $"pat-na1-{Guid.NewGuid().ToString()[..^4]}{Interlocked.Increment(ref _tokens):D4}";

    private async Task<RotationProof> ProveAsync(string old, string secret, string by = "jo@example.com", string credential = "service-key-7")
    {
        using var answer = await PostAsync($"/api/credentials/{credential}/proof?portal=4712", $$"""{"old":"{{old}}","new":"{{secret}}","by":"{{by}}"}""");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Stop));
        return (await answer.Content.ReadFromJsonAsync<RotationProof>(JsonSerializerOptions.Web, Stop))!;
    }

    private Task<HttpResponseMessage> PostAsync(string path, string body, string type = "application/json") =>
        browser.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, type), Stop);
}
