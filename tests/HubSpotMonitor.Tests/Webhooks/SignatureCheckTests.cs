using System.Globalization;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Tests.Delivery;
using HubSpotMonitor.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Tests.Webhooks;

public sealed class SignatureCheckTests
{
    private const string Body = """[{"eventId":1}]""";

    private static readonly DateTimeOffset Now = Samples.Noon;

    public static IEnumerable<TheoryDataRow<string>> Vectors => Read().Keys.Select(id => new TheoryDataRow<string>(id));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Every_published_signature_is_accepted_and_none_over_another_body(string id)
    {
        var vector = Read()[id];
        var check = Check(vector.Secret, vector.RequestUri ?? vector.SignedUri ?? Signed.Url, allowOld: true);
        var now = vector.Timestamp is { } timestamp
            ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(timestamp, CultureInfo.InvariantCulture)).AddSeconds(2)
            : Now;

        check.Verify(vector.Request(vector.Body), now).ShouldBe(IntakeOutcome.Accepted);
        check.Verify(vector.Request(vector.Body + " "), now).ShouldBe(IntakeOutcome.SignatureWrong);
        Check("another-secret", vector.RequestUri ?? vector.SignedUri ?? Signed.Url, allowOld: true)
            .Verify(vector.Request(vector.Body), now)
            .ShouldBe(IntakeOutcome.SignatureWrong);
    }

    [Fact]
    public void The_seven_official_vectors_are_all_there() => Read().Values.Count(vector => vector.Official).ShouldBe(7);

    [Fact]
    public void The_secret_before_the_present_one_is_good_while_it_is_configured()
    {
        var rotated = Check(Signed.OtherSecret, Signed.Url, Signed.Secret);
        rotated.Verify(Signed.Request(Body, Now), Now).ShouldBe(IntakeOutcome.Accepted);
        rotated.Verify(Signed.Request(Body, Now, Signed.OtherSecret), Now).ShouldBe(IntakeOutcome.Accepted);
        Check(Signed.OtherSecret).Verify(Signed.Request(Body, Now), Now).ShouldBe(IntakeOutcome.SignatureWrong);
    }

    [Fact]
    public void Five_minutes_are_the_bound_for_the_past_and_for_the_future()
    {
        var (check, bound, more) = (Check(), TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(1));
        check.Verify(Signed.Request(Body, Now - bound), Now).ShouldBe(IntakeOutcome.Accepted);
        check.Verify(Signed.Request(Body, Now - bound - more), Now).ShouldBe(IntakeOutcome.TimestampTooOld);
        check.Verify(Signed.Request(Body, Now + bound), Now).ShouldBe(IntakeOutcome.Accepted);
        check.Verify(Signed.Request(Body, Now + bound + more), Now).ShouldBe(IntakeOutcome.TimestampInFuture);
    }

    [Theory]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("NaN")]
    [InlineData("1.790000001e12")]
    [InlineData("179000000100")]
    [InlineData("-790000001000")]
    [InlineData("+790000001000")]
    [InlineData(" 1790000001000")]
    [InlineData("１７９００００００１０００")]
    [InlineData("1790000001000,1790000001000")]
    public void A_time_that_is_not_thirteen_digits_is_refused_even_when_it_is_signed(string timestamp)
    {
        var body = Encoding.UTF8.GetBytes(Body);
        var request = new SignedRequest
        {
            Method = "POST",
            Body = body,
            Timestamp = timestamp,
            SignatureV3 = Signed.V3(Signed.Secret, "POST", Signed.Url, body, timestamp),
        };
        Check().Verify(request, Now).ShouldBe(IntakeOutcome.TimestampMalformed);
    }

    [Fact]
    public void A_missing_time_and_a_missing_signature_have_their_own_names()
    {
        Check().Verify(Signed.Request(Body, Now) with { Timestamp = null }, Now).ShouldBe(IntakeOutcome.TimestampMissing);
        Check().Verify(Signed.Request(Body, Now) with { SignatureV3 = null }, Now).ShouldBe(IntakeOutcome.SignatureMissing);
    }

    [Theory]
    [InlineData("")]
    [InlineData("====")]
    [InlineData("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y")]
    [InlineData("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=, ")]
    [InlineData("K36dawei4A-QBNolUOqo7s91KQDWQ5MXZ_QufNYuk_Y=")]
    [InlineData("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y==")]
    [InlineData("K36dawei4A+QBNol UOqo7s91KQDWQ5MXZ/QufNYuk/=")]
    public void What_is_no_base64_of_32_bytes_is_no_signature(string signature) =>
        Check().Verify(Signed.Request(Body, Now) with { SignatureV3 = signature }, Now).ShouldBe(IntakeOutcome.SignatureMalformed);

    [Fact]
    public void A_bad_v3_signature_is_not_made_good_by_an_older_one()
    {
        var request = Signed.Request(Body, Now, Signed.OtherSecret) with { Signature = Signed.V1(Signed.Secret, Body), SignatureVersion = "v1" };
        Check(allowOld: true).Verify(request, Now).ShouldBe(IntakeOutcome.SignatureWrong);
    }

    [Fact]
    public void Older_versions_count_only_where_the_settings_allow_them()
    {
        var v1 = new SignedRequest
        {
            Method = "POST",
            Body = Encoding.UTF8.GetBytes(Body),
            Signature = Signed.V1(Signed.Secret, Body),
            SignatureVersion = "v1",
        };
        var v2 = v1 with { Signature = Signed.V2(Signed.Secret, "POST", Signed.Url, Body), SignatureVersion = "v2" };
        Check().Verify(v1, Now).ShouldBe(IntakeOutcome.SignatureVersionRefused);
        Check().Verify(v2, Now).ShouldBe(IntakeOutcome.SignatureVersionRefused);
        Check(allowOld: true).Verify(v1, Now).ShouldBe(IntakeOutcome.Accepted);
        Check(allowOld: true).Verify(v1 with { SignatureVersion = null }, Now).ShouldBe(IntakeOutcome.Accepted);
        Check(allowOld: true).Verify(v2, Now).ShouldBe(IntakeOutcome.Accepted);
        Check(allowOld: true).Verify(v2 with { SignatureVersion = "v1" }, Now).ShouldBe(IntakeOutcome.SignatureWrong);
        Check(allowOld: true).Verify(v2 with { SignatureVersion = "v4" }, Now).ShouldBe(IntakeOutcome.SignatureVersionRefused);
        Check(allowOld: true).Verify(v2 with { Signature = "zz" }, Now).ShouldBe(IntakeOutcome.SignatureMalformed);
    }

    [Fact]
    public void The_headers_alone_refuse_all_but_what_the_body_decides()
    {
        var unread = Signed.Request("", Now, Signed.OtherSecret);
        Check().RefuseByHeaders(unread, Now).ShouldBeNull();
        Check().RefuseByHeaders(unread, Now.AddMinutes(6)).ShouldBe(IntakeOutcome.TimestampTooOld);
        Check().RefuseByHeaders(unread with { SignatureV3 = null }, Now).ShouldBe(IntakeOutcome.SignatureMissing);
        Check().RefuseByHeaders(unread with { SignatureV3 = "AAAA" }, Now).ShouldBe(IntakeOutcome.SignatureMalformed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("b21e")]
    [InlineData("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817d")]
    [InlineData("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817dg")]
    [InlineData("232DB2615F3D666FE21A8EC971AC7B5402D33B9A925784DF3CA654D05F4817DE")]
    [InlineData("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de00")]
    public void What_is_no_small_hex_of_32_bytes_is_no_older_signature(string signature) =>
        Check(allowOld: true).Verify(new() { Method = "POST", Body = Encoding.UTF8.GetBytes(Body), Signature = signature }, Now)
            .ShouldBe(IntakeOutcome.SignatureMalformed);

    [Theory]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 2)]
    public void A_weaker_version_that_is_allowed_is_warned_of_at_the_start(bool v1, bool v2, int warnings)
    {
        using var log = new LogCapture();
        using var loggers = new LoggerFactory([log]);
        _ = new SignatureCheck(Options.Create(new WebhooksOptions { AllowV1 = v1, AllowV2 = v2 }), loggers.CreateLogger<SignatureCheck>());
        log.Lines.Count.ShouldBe(warnings);
        log.Lines.Count(line => line.Contains("version v1")).ShouldBe(v1 ? 1 : 0);
    }

    [Fact]
    public void Method_and_address_are_signed_too()
    {
        Check().Verify(Signed.Request(Body, Now) with { Method = "PUT" }, Now).ShouldBe(IntakeOutcome.SignatureWrong);
        Check().Verify(Signed.Request(Body, Now, url: Signed.Url + "/"), Now).ShouldBe(IntakeOutcome.SignatureWrong);
    }

    [Theory]
    [InlineData("https://a.example/x?u=https%3A%2F%2Fb%3Fc", "https://a.example/x?u=https://b?c")]
    [InlineData("https://a.example/x?u=%3a%2f", "https://a.example/x?u=:/")]
    [InlineData("https://a.example/x?u=a%20b%26c%3Dd%2Be+f%25", "https://a.example/x?u=a%20b%26c%3Dd%2Be+f%25")]
    [InlineData("https://a.example/x?u=%40%21%24%27%28%29%2A%2C%3B", "https://a.example/x?u=@!$'()*,;")]
    [InlineData("https://a.example/x?u=%253A", "https://a.example/x?u=%253A")]
    public void HubSpot_writes_out_twelve_letters_and_no_other(string url, string decoded) => SignatureCheck.DecodeForV3(url).ShouldBe(decoded);

    private static SignatureCheck Check(string secret = Signed.Secret, string url = Signed.Url, string? previous = null, bool allowOld = false)
    {
        var options = new WebhooksOptions { PublicUrl = new(url), AllowV1 = allowOld, AllowV2 = allowOld };
        options.Secrets.Add(secret);
        if (previous is not null) options.Secrets.Add(previous);
        return new(Options.Create(options), NullLogger<SignatureCheck>.Instance);
    }

    private static Dictionary<string, Vector> Read()
    {
        var path = Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Webhooks", "signature-vectors.json");
        var file = JsonSerializer.Deserialize<VectorFile>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
        return file.Vectors.ToDictionary(vector => vector.Id);
    }

    private sealed record VectorFile(IReadOnlyList<Vector> Vectors);

    private sealed record Vector(
        string Id,
        string Version,
        bool Official,
        string Secret,
        string Body,
        string Expected,
        string? Method,
        string? RequestUri,
        string? SignedUri,
        string? Timestamp)
    {
        public SignedRequest Request(string body) => new()
        {
            Method = Method ?? "POST",
            Body = Encoding.UTF8.GetBytes(body),
            SignatureV3 = Version == "v3" ? Expected : null,
            Timestamp = Timestamp,
            Signature = Version == "v3" ? null : Expected,
            SignatureVersion = Version == "v3" ? null : Version,
        };
    }
}
