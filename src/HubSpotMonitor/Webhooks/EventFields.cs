using System.Text.Json;

namespace HubSpotMonitor.Webhooks;

/// <summary>A value's place in the body: for a string, what stands between the quotes.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}

/// <summary>Where in the body the fields of one event are that the monitor looks at. Names by developers.hubspot.com, "Webhooks".</summary>
internal ref struct EventFields
{
    public bool IsObject;
    public long Portal;
    public long AppId;
    public long OccurredAt;
    public Slice ChangeSource;
    public Slice SourceId;
    public Slice AttemptNumber;

    // What tells one event from another, besides portal, type and time.
    public Slice App;
    public Slice Subscription;
    public Slice Event;
    public Slice Object;
    public Slice ObjectType;
    public Slice Property;
    public Slice Message;
    public Slice From;
    public Slice To;
    public Slice Association;

    private Slice _subscriptionType;
    private Slice _eventType;

    /// <summary>HubSpot has two names for it; which of them comes first does not matter.</summary>
    public readonly Slice Type => _subscriptionType.Length > 0 ? _subscriptionType : _eventType;

    /// <summary>Reads one element of the array, whatever it is; afterwards the reader stands on its last token.</summary>
    public static EventFields Read(ref Utf8JsonReader reader)
    {
        EventFields fields = default;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return fields;
        }
        fields.IsObject = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            fields.Take(name, ref reader);
            reader.Skip();
        }
        return fields;
    }

    private void Take(ReadOnlySpan<byte> name, ref Utf8JsonReader reader)
    {
        var number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : 0;
        var slice = SliceOf(ref reader);
        if (name.SequenceEqual("portalId"u8)) Portal = number;
        else if (name.SequenceEqual("occurredAt"u8)) OccurredAt = number;
        else if (name.SequenceEqual("subscriptionType"u8)) _subscriptionType = slice;
        else if (name.SequenceEqual("eventType"u8)) _eventType = slice;
        else if (name.SequenceEqual("eventId"u8)) Event = slice;
        else if (name.SequenceEqual("subscriptionId"u8)) Subscription = slice;
        else if (name.SequenceEqual("appId"u8)) (AppId, App) = (number, slice);
        else if (name.SequenceEqual("objectId"u8)) Object = slice;
        else if (name.SequenceEqual("objectTypeId"u8)) ObjectType = slice;
        else if (name.SequenceEqual("changeSource"u8)) ChangeSource = slice;
        else if (name.SequenceEqual("sourceId"u8)) SourceId = slice;
        else if (name.SequenceEqual("propertyName"u8)) Property = slice;
        else if (name.SequenceEqual("attemptNumber"u8)) AttemptNumber = slice;
        else if (name.SequenceEqual("messageId"u8)) Message = slice;
        else if (name.SequenceEqual("fromObjectId"u8)) From = slice;
        else if (name.SequenceEqual("toObjectId"u8)) To = slice;
        else if (name.SequenceEqual("associationType"u8)) Association = slice;
    }

    private static Slice SliceOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => new((int)reader.TokenStartIndex, reader.ValueSpan.Length),
        JsonTokenType.String => new((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length),
        _ => default,
    };
}
