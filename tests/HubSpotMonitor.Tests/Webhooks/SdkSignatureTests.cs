using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Our verdict on signatures beside that of HubSpot's own client.</summary>
public sealed class SdkSignatureTests
{
    private const int Requests = 400;

    private static readonly string[] Versions = ["v1", "v2", "v3"];
    private static readonly string[] Methods = ["POST", "POST", "POST", "GET", "PUT", "DELETE"];
    private static readonly string[] Urls =
    [
        Signed.Url,
        "https://monitor.example.com/",
        "https://monitor.example.com:8443/a/b/c.d",
        "https://monitor.example.com/hook?portal=4711&kind=crm",
        "https://monitor.example.com/hook?name=J%C3%BCrgen%20M&x=%26%3D%2B%25",
        "https://monitor.example.com/hook?list=a,b;c&mail=x@example.com&e=!$'()*",
    ];
    private static readonly string[] Pieces =
        ["[", "]", "{\"eventId\":1}", "é", "東京", "😀", "\\ud83d", "\n", "\r\n", "\0", "\u2028", " ", "%3A", "a", "0", "\"", "\uFEFF"];

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task What_HubSpots_client_signs_we_accept()
    {
        var signed = await HubSpotSdk.SignAsync(Random());
        var answers = await HubSpotSdk.AskAsync(signed);
        answers.Count.ShouldBe(Requests);
        answers.ShouldAllBe(answer => answer.Accepts);
        foreach (var request in signed) Verdict(request).ShouldBe(IntakeOutcome.Accepted, $"{request}");
    }

    [Fact]
    public async Task What_HubSpots_client_refuses_we_refuse()
    {
        var signed = await HubSpotSdk.SignAsync(Random());
        List<SdkRequest> tampered = [.. signed.SelectMany(Tampered)];
        var late = signed.Where(request => request.SignatureVersion == "v3")
            .Select(request => request with { Timestamp = _now.AddMinutes(-6).ToUnixTimeMilliseconds() });
        tampered.AddRange(await HubSpotSdk.SignAsync([.. late]));
        var answers = await HubSpotSdk.AskAsync(tampered);
        answers.Count.ShouldBe(tampered.Count);
        answers.ShouldAllBe(answer => !answer.Accepts);
        foreach (var request in tampered) Verdict(request).ShouldNotBe(IntakeOutcome.Accepted, $"{request}");
    }

    [Fact]
    public async Task HubSpot_signs_some_letters_of_the_address_decoded_which_its_client_does_not_know()
    {
        const string Encoded = "https://monitor.example.com/hook?u=https%3A%2F%2Fb";
        var decoded = Request("v3") with { Url = "https://monitor.example.com/hook?u=https://b" };
        var byHubSpot = (await HubSpotSdk.SignAsync([decoded]))[0] with { Url = Encoded };
        var byClient = (await HubSpotSdk.SignAsync([byHubSpot]))[0];

        (await HubSpotSdk.AskAsync([byHubSpot, byClient])).Select(answer => answer.Accepts).ShouldBe([false, true]);
        Verdict(byHubSpot).ShouldBe(IntakeOutcome.Accepted);
        Verdict(byClient).ShouldBe(IntakeOutcome.SignatureWrong);
    }

    [Fact]
    public async Task A_time_that_is_no_number_is_never_too_old_for_HubSpots_client_and_always_refused_by_us()
    {
        var signed = await HubSpotSdk.SignAsync([Request("v3") with { Timestamp = "yesterday" }, Request("v3") with { Timestamp = "NaN" }]);
        (await HubSpotSdk.AskAsync(signed)).ShouldAllBe(answer => answer.Accepts);
        signed.Select(Verdict).ShouldAllBe(verdict => verdict == IntakeOutcome.TimestampMalformed);
    }

    [Fact]
    public async Task A_time_in_the_future_is_accepted_by_HubSpots_client_and_refused_by_us()
    {
        var signed = await HubSpotSdk.SignAsync([Request("v3") with { Timestamp = _now.AddYears(1).ToUnixTimeMilliseconds() }]);
        (await HubSpotSdk.AskAsync(signed)).ShouldAllBe(answer => answer.Accepts);
        Verdict(signed[0]).ShouldBe(IntakeOutcome.TimestampInFuture);
    }

    private static IEnumerable<SdkRequest> Tampered(SdkRequest signed)
    {
        yield return signed with { RequestBody = signed.RequestBody + " " };
        yield return signed with { RequestBody = "[]" + signed.RequestBody };
        yield return signed with { ClientSecret = Signed.OtherSecret };
        yield return signed with { Signature = "" };
        yield return signed with { Signature = signed.Signature[1..] };
        yield return signed with { Signature = signed.Signature + signed.Signature[^1] };
        for (var place = 0; place < signed.Signature.Length; place += 6) yield return signed with { Signature = Altered(signed.Signature, place) };
        // A letter of which base64 uses four bits of six.
        if (signed.SignatureVersion == "v3") yield return signed with { Signature = Altered(signed.Signature, 42) };
        else yield return signed with { Signature = signed.Signature.ToUpperInvariant() };
        // Version 1 signs nothing but the body.
        if (signed.SignatureVersion == "v1") yield break;
        yield return signed with { Method = signed.Method == "POST" ? "PUT" : "POST" };
        yield return signed with { Url = signed.Url + "/" };
        yield return signed with { Url = signed.Url.Replace("https", "http", StringComparison.Ordinal) };
        if (signed.SignatureVersion == "v3") yield return signed with { Timestamp = (long)signed.Timestamp - 1 };
    }

    private static string Altered(string text, int place) =>
        string.Concat(
            text.AsSpan(0, place),
            $"{(char)(text[place] is '9' or 'z' or 'Z' or '+' or '/' or '=' ? 'a' : text[place] + 1)}",
            text.AsSpan(place + 1));

    private IntakeOutcome Verdict(SdkRequest request)
    {
        var options = new WebhooksOptions { PublicUrl = new(request.Url), AllowV1 = true, AllowV2 = true };
        options.Secrets.Add(request.ClientSecret);
        return new SignatureCheck(Options.Create(options), NullLogger<SignatureCheck>.Instance).Verify(request.Received(), _now);
    }

    private IReadOnlyList<SdkRequest> Random()
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, Requests).Select(number => Request(Versions[number % Versions.Length]) with
        {
            Method = Methods[random.Next(Methods.Length)],
            Url = Urls[random.Next(Urls.Length)],
            RequestBody = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Pieces[random.Next(Pieces.Length)])),
            ClientSecret = Guid.NewGuid().ToString(),
            // Its client asks the real clock.
            Timestamp = _now.AddSeconds(-random.Next(120)).ToUnixTimeMilliseconds(),
        })];
    }

    private SdkRequest Request(string version) => new()
    {
        SignatureVersion = version,
        Method = "POST",
        Url = Signed.Url,
        RequestBody = """[{"eventId":1}]""",
        ClientSecret = Signed.Secret,
        Timestamp = _now.ToUnixTimeMilliseconds(),
    };
}
