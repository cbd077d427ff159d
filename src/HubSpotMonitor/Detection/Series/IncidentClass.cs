namespace HubSpotMonitor.Detection.Series;

/// <summary>What kind of incident the counts look like.</summary>
public enum IncidentClass
{
    /// <summary>Many times what is usual, at once.</summary>
    Burst,

    /// <summary>Many times what is usual, and climbing from count to count.</summary>
    RetryStorm,

    /// <summary>A busy hour's traffic in an hour that is usually quiet.</summary>
    OffHours,

    /// <summary>Clearly more than usual for half a day to a day: a second user of the same credential.</summary>
    CredentialReuse,

    /// <summary>A little more than usual for days.</summary>
    SlowDrain,

    /// <summary>A surplus told before that stayed: it is learned as the new normal.</summary>
    LevelShift,

    /// <summary>Nearly nothing where much is usual.</summary>
    Silence,
}
