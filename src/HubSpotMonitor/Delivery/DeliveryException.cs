namespace HubSpotMonitor.Delivery;

/// <summary>
/// The other side failed, with what decides what happens next: whether it is about this message, about all, or may pass. The message holds no secret.
/// </summary>
/// <param name="message">A sentence that says what to do.</param>
/// <param name="isPermanent">True: sending it again cannot help. False: trouble that may pass.</param>
/// <param name="inner">What the client library said.</param>
public sealed class DeliveryException(string message, bool isPermanent, Exception? inner = null) : Exception(message, inner)
{
    public bool IsPermanent { get; } = isPermanent;

    /// <summary>No message at all is taken until somebody mends a key, an address or a right. Then it is over, so it is not permanent.</summary>
    public bool IsOfChannel { get; private init; }

    /// <summary>A refusal that says nothing of the message: all are kept until the channel is mended.</summary>
    public static DeliveryException OfChannel(string message) => new(message, isPermanent: false) { IsOfChannel = true };
}
