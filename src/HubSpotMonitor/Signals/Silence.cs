namespace HubSpotMonitor.Signals;

/// <summary>What one person does not want to be told for a while. It ends by itself, always.</summary>
public sealed record Silence
{
    public required string Id { get; init; }

    /// <summary>Null: every portal.</summary>
    public long? Portal { get; init; }

    /// <summary>Null: every rule.</summary>
    public string? Rule { get; init; }

    /// <summary>How the finding's subject begins; null: every subject.</summary>
    public string? SubjectPrefix { get; init; }

    /// <summary>What is worse is told all the same.</summary>
    public Severity UpTo { get; init; } = Severity.High;

    public required string Author { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset Until { get; init; }

    public bool Covers(long portal, Finding finding, Severity severity, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return now >= From && now < Until && severity <= UpTo
            && (Portal is null || Portal == portal)
            && (Rule is null || Rule == finding.Rule)
            && (SubjectPrefix is null || finding.Subject.StartsWith(SubjectPrefix, StringComparison.Ordinal));
    }
}

/// <summary>A time that comes again and again, in which planned work makes noise: a nightly sync, a weekend of migration.</summary>
public sealed record MaintenanceWindow
{
    public required string Id { get; init; }

    /// <summary>When it begins: a cron expression of five fields, in <see cref="TimeZone"/>.</summary>
    public required string Cron { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>IANA name of the zone that the cron expression is read in.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Null: every portal.</summary>
    public long? Portal { get; init; }

    /// <summary>What is worse is told all the same.</summary>
    public Severity UpTo { get; init; } = Severity.High;

    public required string Author { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>After it nobody is quiet any more, whatever the cron expression says.</summary>
    public required DateTimeOffset Until { get; init; }
}
