namespace HubSpotMonitor.Signals;

/// <summary>How many events of one type one source caused in one minute.</summary>
/// <param name="Minute">The minute's start, by the time the events happened. UTC.</param>
/// <param name="Type">HubSpot's name, for example <c>contact.deletion</c>.</param>
/// <param name="Source">Who made the changes: see <see cref="ChangeSource"/>.</param>
/// <param name="Count">Distinct events, however often they were delivered.</param>
public sealed record EventCount(DateTimeOffset Minute, string Type, string Source, int Count);

/// <summary>Names of events that only the webhooks journal brings; their source is the app.</summary>
public static class LifecycleEvent
{
    public const string Installed = "app.install";
    public const string Uninstalled = "app.uninstall";
}

/// <summary>The names of those who change records, made of HubSpot's <c>changeSource</c> and <c>sourceId</c>.</summary>
public static class ChangeSource
{
    /// <summary>HubSpot named no source.</summary>
    public const string Unknown = "UNKNOWN";

    /// <summary>HubSpot's <c>changeSource</c> of an app; only then is <c>sourceId</c> the app's number.</summary>
    public const string Integration = "INTEGRATION";

    private const string AppPrefix = Integration + ":";

    /// <summary>
    /// <c>INTEGRATION:9393361</c> for an app; for all others (<c>CRM_UI</c>,
    /// <c>IMPORT</c> …) HubSpot's word alone, since persons are not counted apart.
    /// </summary>
    public static string App(string appId) => AppPrefix + appId;

    /// <summary>The app's number; null when the source is no app.</summary>
    public static string? AppId(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.StartsWith(AppPrefix, StringComparison.Ordinal) ? source[AppPrefix.Length..] : null;
    }

    /// <summary>As a person reads it: <c>app 9393361</c>, <c>CRM_UI</c>.</summary>
    public static string Words(string source) => AppId(source) is { } app ? $"app {app}" : source;
}
