namespace HubSpotMonitor.Signals;

/// <summary>
/// HubSpot's ids of the object types whose pushed events bear a name of their own
/// (developers.hubspot.com, "Webhooks"); those of all others are called <c>object</c>.
/// </summary>
public static class ObjectTypes
{
    /// <param name="id">UTF-8, such as <c>0-1</c>.</param>
    /// <returns>UTF-8; empty: it has no name of its own.</returns>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> id)
    {
        if (id.SequenceEqual("0-1"u8)) return "contact"u8;
        if (id.SequenceEqual("0-2"u8)) return "company"u8;
        if (id.SequenceEqual("0-3"u8)) return "deal"u8;
        if (id.SequenceEqual("0-5"u8)) return "ticket"u8;
        if (id.SequenceEqual("0-7"u8)) return "product"u8;
        return id.SequenceEqual("0-8"u8) ? "line_item"u8 : default;
    }
}
