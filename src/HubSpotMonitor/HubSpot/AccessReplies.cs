using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotMonitor.HubSpot;

/// <summary>One page of a list.</summary>
/// <param name="Items">What could be read.</param>
/// <param name="Unreadable">How many entries could not.</param>
/// <param name="After">Asks for the next page; null: this is the last.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, int Unreadable, string? After);

/// <summary>
/// Wire shape of a line of <c>/account-info/{version}/activity/security</c>. HubSpot promises the first three and the user's number.
/// </summary>
public sealed record SecurityRow(
    string? Id, DateTimeOffset? CreatedAt, string? Type, long? UserId, ActorReply? ActingUser, string? ObjectId,
    string? IpAddress, string? Location, string? CountryCode, string? RegionCode);

/// <summary>Wire shape of a line of <c>/account-info/{version}/activity/login</c>. HubSpot promises the first three.</summary>
public sealed record LoginRow(
    string? Id, DateTimeOffset? LoginAt, bool? LoginSucceeded, long? UserId, string? Email,
    string? IpAddress, string? Location, string? CountryCode, string? RegionCode, string? UserAgent);

/// <summary>Wire shape of a line of <c>/account-info/{version}/activity/audit-logs</c>.</summary>
public sealed record AuditRow(
    string? Id, DateTimeOffset? OccurredAt, string? Category, string? SubCategory, string? Action, string? TargetObjectId, ActorReply? ActingUser);

/// <summary>Who acted: a text in the security history, an object in the audit log.</summary>
public sealed record ActorReply(long? UserId, string? UserEmail);

/// <summary>Wire shape of an entry of <c>/settings/users/{version}</c>, as far as we need it.</summary>
public sealed record UserRow(long? Id, string? Email, bool? SuperAdmin);

/// <summary>
/// Wire shape of an entry of <c>/marketing/v3/transactional/smtp-tokens</c>.
/// HubSpot's answer has a password field: it is not here, so it goes nowhere.
/// </summary>
public sealed record SmtpTokenRow(string? Id, string? CampaignName, string? CreatedBy, DateTimeOffset? CreatedAt);

/// <summary>Wire shape of the answer of <c>/oauth/v2/private-apps/get/access-token-info</c>.</summary>
public sealed record TokenInfoReply(long? UserId, long? HubId, long? AppId, IReadOnlyList<string?>? Scopes);

/// <summary>Wire shape of the question.</summary>
internal sealed record TokenInfoQuestion(string TokenKey)
{
    /// <summary>Without the token, so that no log line can hold it.</summary>
    public override string ToString() => nameof(TokenInfoQuestion);
}

internal sealed record ActorFields(long? UserId, string? UserEmail);

/// <summary>Reads lists entry by entry: what cannot be read is counted, and its neighbours are not lost.</summary>
internal static class ListReading
{
    /// <exception cref="JsonException">It is no list.</exception>
    public static ListPage<T> Read<T>(byte[] body, JsonTypeInfo<T> type)
    {
        using var document = JsonDocument.Parse(body);
        if (Field(document.RootElement, "results") is not { ValueKind: JsonValueKind.Array } results)
            throw new JsonException("There are no results.");
        var items = results.EnumerateArray().Select(item => Item(item, type)).ToList();
        List<T> read = [.. items.OfType<T>()];
        var after = Field(Field(Field(document.RootElement, "paging"), "next"), "after") switch
        {
            { ValueKind: JsonValueKind.String } text => Text(text),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };
        return new(read, items.Count - read.Count, string.IsNullOrEmpty(after) ? null : after);
    }

    private static JsonElement? Field(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var field) ? field : null;

    private static string Text(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("The cursor is no text.", e);
        }
    }

    private static T? Item<T>(JsonElement item, JsonTypeInfo<T> type)
    {
        try
        {
            return item.Deserialize(type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No object, or a text that is not Unicode.
            return default;
        }
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    Converters = [typeof(LenientText), typeof(LenientNumber), typeof(LenientFlag), typeof(LenientTime), typeof(LenientActor)])]
[JsonSerializable(typeof(UsageRow))]
[JsonSerializable(typeof(SecurityRow))]
[JsonSerializable(typeof(LoginRow))]
[JsonSerializable(typeof(AuditRow))]
[JsonSerializable(typeof(UserRow))]
[JsonSerializable(typeof(SmtpTokenRow))]
[JsonSerializable(typeof(TokenInfoReply))]
[JsonSerializable(typeof(TokenInfoQuestion))]
[JsonSerializable(typeof(ActorFields))]
internal sealed partial class AccessJson : JsonSerializerContext;
