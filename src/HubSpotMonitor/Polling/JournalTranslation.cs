using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Polling;

/// <summary>
/// Writes the journal's events as HubSpot pushes them, so that one event is read, named, refused and stored in one way however it came.
/// Pure. Whatever cannot be translated is passed on as it is: whoever reads events refuses it with the reason.
/// <para>
/// By HubSpot's documents an event has <c>type</c>, <c>action</c>, <c>portalId</c>, <c>occurredAt</c>, <c>objectTypeId</c>, <c>objectId</c>
/// and <c>propertyChanges</c>, an app's also <c>properties.hs_app_id</c>. Not confirmed by a live account, hence read leniently: the spelling
/// of <c>type</c>, whether times and ids are numbers or texts, the form of <c>propertyChanges</c>, whether <c>changeSource</c> and
/// <c>sourceId</c> are told, and that <c>occurredAt</c> is to the millisecond the one that is pushed.
/// </para>
/// </summary>
public static class JournalTranslation
{
    private const int LongestWord = 60;

    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };

    /// <summary>The ids that HubSpot gives to installing and uninstalling an app.</summary>
    private const string InstallTypeId = "4-1909196";
    private const string UninstallTypeId = "4-1916193";

    private static readonly HashSet<string> Ours = ["subscriptionType", "eventType", "occurredAt", "portalId", "propertyName", "propertyValue"];
    private static readonly HashSet<string> OursOfChange = [.. Ours, "propertyChanges", "properties"];
    private static readonly HashSet<string> OursOfUnknown = [.. Ours, "eventId"];
    private static readonly HashSet<string> OursOfApp = [.. Ours, "objectId", "changeSource", "sourceId"];

    /// <returns>Null: not a page of the journal.</returns>
    public static (string? Offset, ReadOnlyMemory<byte> Events)? Translate(ReadOnlyMemory<byte> page)
    {
        try
        {
            using var document = JsonDocument.Parse(page, Deep);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || Find(document.RootElement, "journalEvents") is not { ValueKind: JsonValueKind.Array } events)
            {
                return null;
            }
            var all = new ArrayBufferWriter<byte>();
            all.Write("["u8);
            foreach (var translated in events.EnumerateArray().SelectMany(Translate))
            {
                if (all.WrittenCount > 1) all.Write(","u8);
                all.Write(translated.Span);
            }
            all.Write("]"u8);
            return (Text(document.RootElement, "offset"), all.WrittenMemory);
        }
        // The second: an offset that is not UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> Translate(JsonElement item)
    {
        try
        {
            return item.ValueKind == JsonValueKind.Object ? TranslateObject(item) : [Raw(item).ToArray()];
        }
        catch (InvalidOperationException)
        {
            return [Raw(item).ToArray()]; // text that is not UTF-8
        }
    }

    private static IReadOnlyList<ReadOnlyMemory<byte>> TranslateObject(JsonElement item)
    {
        var (action, kind) = (Word(item, "action"), Word(item, "type"));
        var objectType = Text(item, "objectTypeId");
        var eventType = Text(item, "eventTypeId");
        if (action == "app_install" || (action == Missing && eventType == InstallTypeId)) return [App(item, LifecycleEvent.Installed)];
        if (action == "app_uninstall" || (action == Missing && eventType == UninstallTypeId)) return [App(item, LifecycleEvent.Uninstalled)];
        if (action == "gdpr_delete" && objectType is null or "0-1") return [Event(item, "contact.privacyDeletion", Ours)];
        var isOfObject = objectType is not null
            && Find(item, "objectId") is not null
            && kind is not "event"
            && !kind.StartsWith("association", StringComparison.Ordinal)
            && !kind.StartsWith("list", StringComparison.Ordinal);
        if (isOfObject)
        {
            var name = NameOf(objectType!);
            if (action == "update" && Properties(item) is { Count: > 0 } properties)
                return [.. properties.Select(property => Event(item, $"{name}.propertyChange", OursOfChange, writer => Property(writer, property)))];
            if (Push(action) is { } pushed) return [Event(item, $"{name}.{pushed}", Ours)];
        }
        // Nobody knows what tells two of these apart, so all of it does.
        return
        [
            Event(
                item,
                $"journal.{kind}.{action}",
                OursOfUnknown,
                writer => writer.WriteString("eventId", Convert.ToHexStringLower(SHA256.HashData(Raw(item)).AsSpan(0, 12)))),
        ];
    }

    private static string NameOf(string objectType) =>
        ObjectTypes.NameOf(Encoding.UTF8.GetBytes(objectType)) is { Length: > 0 } name ? Encoding.UTF8.GetString(name) : "object";

    private static string? Push(string action) => action switch
    {
        "create" => "creation",
        "delete" => "deletion",
        "merge" => "merge",
        "restore" => "restore",
        _ => null,
    };

    // By name to its value, or a list of names.
    private static IReadOnlyList<(string Name, JsonElement? Value)> Properties(JsonElement item) =>
        (Find(item, "propertyChanges") ?? Find(item, "properties")) switch
        {
            { ValueKind: JsonValueKind.Object } named =>
                [.. named.EnumerateObject().Select(property => (property.Name, (JsonElement?)property.Value))],
            { ValueKind: JsonValueKind.Array } listed =>
            [
                .. listed.EnumerateArray()
                    .Where(name => name.ValueKind == JsonValueKind.String)
                    .Select(name => (name.GetString()!, (JsonElement?)null)),
            ],
            _ => [],
        };

    private static void Property(Utf8JsonWriter writer, (string Name, JsonElement? Value) property)
    {
        writer.WriteString("propertyName", property.Name);
        if (property.Value is not { } value) return;
        writer.WritePropertyName("propertyValue");
        Copy(writer, value);
    }

    // The app is the object, and it is the one who acts.
    private static ReadOnlyMemory<byte> App(JsonElement item, string type)
    {
        var app = (Find(item, "properties") is { ValueKind: JsonValueKind.Object } properties ? Text(properties, "hs_app_id") : null)
            ?? Text(item, "appId");
        return Event(item, type, OursOfApp, writer =>
        {
            if (app is null) return;
            writer.WriteString("objectId", app);
            writer.WriteString("changeSource", ChangeSource.Integration);
            writer.WriteString("sourceId", app);
        });
    }

    /// <summary>What the translation sets, and after it every other field as it came.</summary>
    private static ReadOnlyMemory<byte> Event(JsonElement item, string type, HashSet<string> ours, Action<Utf8JsonWriter>? more = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = 256 }))
        {
            writer.WriteStartObject();
            writer.WriteString("subscriptionType", type);
            Number(writer, item, "portalId", text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null);
            Number(writer, item, "occurredAt", Milliseconds);
            more?.Invoke(writer);
            foreach (var field in item.EnumerateObject().Where(field => !ours.Contains(field.Name)))
            {
                writer.WritePropertyName(field.Name);
                Copy(writer, field.Value);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Number(Utf8JsonWriter writer, JsonElement item, string name, Func<string, long?> parse)
    {
        if (Find(item, name) is not { } value) return;
        writer.WritePropertyName(name);
        if (value.ValueKind == JsonValueKind.String && parse(value.GetString()!) is { } number) writer.WriteNumberValue(number);
        else Copy(writer, value);
    }

    private static long? Milliseconds(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeMilliseconds()
            : null;
    }

    private const string Missing = "unknown";

    // APP_LIFECYCLE_EVENT and app_lifecycle_event are one word.
    private static string Word(JsonElement item, string name)
    {
        var word = string.Concat(
                (Text(item, name) ?? "").Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-').Take(LongestWord))
            .ToLowerInvariant();
        return word.Length == 0 ? Missing : word;
    }

    private static string? Text(JsonElement item, string name) => Find(item, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static JsonElement? Find(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static void Copy(Utf8JsonWriter writer, JsonElement value) => writer.WriteRawValue(Raw(value), skipInputValidation: true);

    private static ReadOnlySpan<byte> Raw(JsonElement item) => JsonMarshal.GetRawUtf8Value(item);
}
