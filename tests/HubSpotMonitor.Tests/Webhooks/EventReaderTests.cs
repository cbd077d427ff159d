using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;

namespace HubSpotMonitor.Tests.Webhooks;

/// <summary>Any array of events, compared with what JsonDocument makes of it.</summary>
public sealed class EventReaderTests
{
    private const int Rounds = 2000;

    private static readonly DateTimeOffset Now = Samples.Noon;

    private static readonly string[] IdentityFields =
    [
        "eventId", "subscriptionId", "appId", "objectId", "propertyName", "messageId", "fromObjectId", "toObjectId", "associationType",
        "subscriptionType", "portalId", "occurredAt",
    ];

    private static readonly string[] KnownFields = [.. IdentityFields, "eventType", "attemptNumber", "changeSource", "sourceId"];

    private static readonly string[] UnknownFields =
        ["propertyValue", "changeFlag", "PortalId", "portalid", "event Id", "", "é", "\\\"", "\\u0000", "東京", "data.portalId", "mergedObjectIds"];

    // One letter as it may stand in a JSON text: plain, or escaped in one of the two ways; half a pair of surrogates only escaped.
    private static readonly Gen<string> GenLetter = Gen.OneOf(
        Gen.Char[' ', '~'].Select(letter => letter is '"' or '\\' ? $"\\{letter}" : $"{letter}"),
        Gen.Int[0x80, 0x10FFFF].Select(rune => Rune.IsValid(rune) ? new Rune(rune).ToString() : Escaped((char)rune)),
        Gen.Char.Select(Escaped),
        Gen.OneOf("\\n", "\\/", "\\b", "\\ud83d\\ude00", "\\udfff\\ud800"));

    private static readonly Gen<string> GenString = GenLetter.Array[0, 12].Select(letters => $"\"{string.Concat(letters)}\"");

    private static readonly Gen<string> GenNumber = Gen.OneOf(
        Gen.Long.Select(Text),
        Gen.Long[0, 5000].Select(Text),
        Gen.Double[-1e300, 1e300].Select(number => number.ToString("R", CultureInfo.InvariantCulture)),
        Gen.OneOf(
            "-0", "0", "1e400", "-1E-400", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "4711.0", "4.711e3"));

    private static readonly Gen<string> GenScalar = Gen.OneOf(GenString, GenNumber, Gen.OneOf("null", "true", "false", "\"\""));

    private static readonly Gen<string> GenBlank = Gen.OneOf("", "", "", " ", "\n", "\t \r\n");

    private static readonly Gen<string> GenValue = Gen.Recursive<string>((depth, value) => depth > 3 ? GenScalar : Gen.Frequency(
        (6, GenScalar),
        (1, value.Array[0, 3].Select(items => $"[{string.Join(" , ", items)}]")),
        (1, Gen.Select(Gen.OneOf([.. KnownFields, .. UnknownFields]), value).Array[0, 3].Select(fields => Object(fields)))));

    private static readonly Gen<(string Name, string Value)[]> GenEvent = Gen.Select(
        Gen.Long[1, long.MaxValue],
        Gen.Long[1_262_304_000_000, Now.ToUnixTimeMilliseconds()],
        GenType(),
        Gen.Select(Gen.OneOf([.. KnownFields.Except(["portalId", "occurredAt", "subscriptionType"]), .. UnknownFields]), GenValue).Array[0, 10],
        (portal, at, type, others) => (((string, string)[])[("portalId", Text(portal)), ("occurredAt", Text(at)), type, .. others])
            .DistinctBy(field => field.Item1)
            .ToArray())
        .SelectMany(item => Gen.Shuffle(item));

    // Anything at all for any field, several times over: most of it cannot be stored.
    private static readonly Gen<(string Name, string Value)[]> GenOddEvent = Gen.Select(
        GenEvent,
        Gen.Select(Gen.OneOf([.. KnownFields, .. UnknownFields]), GenValue).Array[0, 4],
        (good, odd) => ((string, string)[])[.. good, .. odd])
        .SelectMany(item => Gen.Shuffle(item));

    private static readonly Gen<string> GenElement = Gen.Frequency((4, GenEvent.Select(Object)), (3, GenOddEvent.Select(Object)), (1, GenValue));

    [Fact]
    public void Any_array_is_read_as_JsonDocument_reads_it() =>
        Gen.Select(GenElement.Array[0, 12], GenBlank, GenBlank).Sample((elements, before, between) =>
        {
            var body = Encoding.UTF8.GetBytes($"{before}[{before}{string.Join($"{between},{before}", elements)}{between}]{between}");
            var batch = EventReader.Read(body, Now).ShouldNotBeNull();
            using var model = JsonDocument.Parse(body);
            var valid = model.RootElement.EnumerateArray().Where(IsStorable).ToList();

            batch.DeadLetters.Count.ShouldBe(elements.Length - valid.Count);
            batch.DeadLetters.Select(letter => letter.Raw)
                .ShouldBe(model.RootElement.EnumerateArray().Where(item => !IsStorable(item)).Select(item => item.GetRawText()));
            batch.Events.Count.ShouldBe(valid.Count);
            foreach (var (read, wanted) in batch.Events.Zip(valid)) Compare(read, wanted);
        }, iter: Rounds);

    [Fact]
    public void What_makes_an_event_itself_is_its_fields_and_not_their_order_nor_the_attempt_nor_what_is_unknown() =>
        Gen.Select(GenEvent, Gen.Int[1, 30], Gen.Select(Gen.OneOf(UnknownFields), GenValue).Array[0, 5])
            .SelectMany((item, attempt, unknown) =>
            {
                var known = item.Where(field => !UnknownFields.Contains(field.Name) && field.Name != "attemptNumber");
                return Gen.Shuffle(((string Name, string Value)[])[.. known, .. unknown, ("attemptNumber", Text(attempt))])
                    .Select(other => (item, other));
            })
            .Sample((item, other) => ReadOne(other).Identity.ShouldBe(ReadOne(item).Identity), iter: Rounds);

    [Fact]
    public void Each_field_of_the_identity_makes_another_event() =>
        Gen.Select(GenEvent, Gen.OneOf(IdentityFields), Gen.Long[1, 1_000_000]).Sample((item, name, number) =>
        {
            var one = With(item, name, number);
            var other = With(item, name, number + 1);
            var (first, second) = (ReadOne(one), ReadOne(other));
            (first.Portal, first.At, first.Identity).ShouldNotBe((second.Portal, second.At, second.Identity));
            first.Identity.ShouldNotBe(second.Identity);
        }, iter: Rounds);

    [Fact]
    public void Anything_that_is_no_array_is_nothing() =>
        Gen.OneOf(
                Gen.Byte.Array[0, 40],
                GenValue.Where(value => !value.StartsWith('[')).Select(Encoding.UTF8.GetBytes),
                GenElement.Array[0, 3].Select(elements => Encoding.UTF8.GetBytes($"[{string.Join(',', elements)}")))
            .Where(bytes => !Encoding.UTF8.GetString(bytes).TrimEnd().EndsWith(']'))
            .Sample(bytes => EventReader.Read(bytes, Now).ShouldBeNull(), iter: Rounds);

    [Theory]
    [InlineData("""{"subscriptionType":null,"eventType":"contact.merge"}""")]
    [InlineData("""{"eventType":"contact.merge","subscriptionType":null}""")]
    [InlineData("""{"eventType":"contact.merge","subscriptionType":""}""")]
    [InlineData("""{"subscriptionType":"contact.merge","eventType":"contact.other"}""")]
    [InlineData("""{"eventType":"contact.other","subscriptionType":"contact.merge"}""")]
    public void The_type_is_found_under_either_name_in_any_order(string type) =>
        EventReader.Read(Encoding.UTF8.GetBytes($"[{type[..^1]},\"portalId\":4711,\"occurredAt\":{Now.ToUnixTimeMilliseconds()}}}]"), Now)!.Events
            .ShouldHaveSingleItem().Type
            .ShouldBe("contact.merge");

    private static void Compare(WebhookEvent read, JsonElement wanted)
    {
        read.Portal.ShouldBe(wanted.GetProperty("portalId").GetInt64());
        read.At.ToUnixTimeMilliseconds().ShouldBe(wanted.GetProperty("occurredAt").GetInt64());
        read.Type.ShouldBe(TypeOf(wanted));
        read.AppId.ShouldBe(
            wanted.TryGetProperty("appId", out var app) && app.ValueKind == JsonValueKind.Number && app.TryGetInt64(out var id) ? id : 0);
        read.Raw.Span.SequenceEqual(Encoding.UTF8.GetBytes(wanted.GetRawText())).ShouldBeTrue();
        read.Identity.Length.ShouldBe(24);
    }

    private static bool IsStorable(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && Whole(item, "portalId") > 0
        && Whole(item, "occurredAt") >= 1_262_304_000_000
        && Whole(item, "occurredAt") <= Now.AddDays(1).ToUnixTimeMilliseconds()
        && Encoding.UTF8.GetByteCount(TypeOf(item)) is > 0 and <= 200;

    private static long Whole(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static string TypeOf(JsonElement item) => Plain(item, "subscriptionType") is { Length: > 0 } type ? type : Plain(item, "eventType");

    // As it stands between the quotes.
    private static string Plain(JsonElement item, string name) => !item.TryGetProperty(name, out var value) ? "" : value.ValueKind switch
    {
        JsonValueKind.String => value.GetRawText()[1..^1],
        JsonValueKind.Number => value.GetRawText(),
        _ => "",
    };

    private static Gen<(string Name, string Value)> GenType() =>
        Gen.Select(
                Gen.OneOf("subscriptionType", "subscriptionType", "eventType"),
                Gen.OneOf("contact.deletion", "deal.propertyChange", "spaceship.launch", "é", "a\\u0062c"))
            .Select((name, type) => (name, $"\"{type}\""));

    private static (string Name, string Value)[] With((string Name, string Value)[] item, string name, long number)
    {
        var value = name switch
        {
            "occurredAt" => Text(1_500_000_000_000 + number),
            "subscriptionType" => $"\"type{number}\"",
            _ => Text(number),
        };
        return [.. item.Where(field => field.Name != name), (name, value)];
    }

    private static WebhookEvent ReadOne((string Name, string Value)[] item) =>
        EventReader.Read(Encoding.UTF8.GetBytes($"[{Object(item)}]"), Now)!.Events.ShouldHaveSingleItem(Object(item));

    private static string Object((string Name, string Value)[] fields) =>
        $"{{{string.Join(", ", fields.Select(field => $"\"{field.Name}\" :{field.Value}"))}}}";

    private static string Escaped(char letter) => $"\\u{(int)letter:x4}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
