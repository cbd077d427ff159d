namespace HubSpotMonitor.Delivery;

/// <summary>The other side failed, with the one bit that decides what happens next. The message holds no secret.</summary>
/// <param name="message">A sentence that says what to do.</param>
/// <param name="isPermanent">True: sending it again cannot help. False: trouble that may pass.</param>
/// <param name="inner">What the client library said.</param>
public sealed class DeliveryException(string message, bool isPermanent, Exception? inner = null) : Exception(message, inner)
{
    public bool IsPermanent { get; } = isPermanent;
}
