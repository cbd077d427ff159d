using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Inbox;

[JsonConverter(typeof(JsonStringEnumConverter<InboxKind>))]
public enum InboxKind
{
    [JsonStringEnumMemberName("mail")]
    Mail,

    [JsonStringEnumMemberName("card")]
    Card,

    [JsonStringEnumMemberName("slack")]
    Slack,

    [JsonStringEnumMemberName("webhook")]
    Webhook,
}

/// <summary>Something that was sent.</summary>
/// <param name="Id">Counts from 1.</param>
/// <param name="Kind">What it is.</param>
/// <param name="At">When it arrived.</param>
/// <param name="Title">A mail's subject; a card's summary or first line; a Slack message's or a finding's text.</param>
/// <param name="Raw">What came over the wire.</param>
public sealed record InboxMessage(int Id, InboxKind Kind, DateTimeOffset At, string Title, JsonElement Raw);

/// <summary>How SendGrid says what is wrong with a mail.</summary>
internal sealed record MailErrors(IReadOnlyList<MailError> Errors);

internal sealed record MailError(string Message, string? Field, string? Help = null);

/// <summary>How a Teams workflow says what is wrong with a card.</summary>
internal sealed record WorkflowError(WorkflowErrorBody Error);

internal sealed record WorkflowErrorBody(string Code, string Message);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<InboxMessage>))]
[JsonSerializable(typeof(MailErrors))]
[JsonSerializable(typeof(WorkflowError))]
internal sealed partial class InboxJson : JsonSerializerContext;
