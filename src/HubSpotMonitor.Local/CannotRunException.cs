namespace HubSpotMonitor.Local;

/// <summary>Something outside of us is missing or in the way; the message is for the person at the keyboard and says what to do.</summary>
public sealed class CannotRunException(string message) : Exception(message);
