using System.Text.Json.Serialization;

namespace HubSpotMonitor.Dashboard;

[JsonConverter(typeof(JsonStringEnumConverter<HealthStatus>))]
public enum HealthStatus
{
    Healthy,

    /// <summary>Works, but with less than there should be.</summary>
    Degraded,

    /// <summary>Cannot do its job; <c>/health</c> answers 503.</summary>
    Unhealthy,
}

/// <summary>What <c>/health</c> answers: the worst of its checks, and each check with a sentence.</summary>
public sealed record HealthReport(HealthStatus Status, IReadOnlyList<HealthCheck> Checks)
{
    public static HealthReport Of(IReadOnlyList<HealthCheck> checks) => new(checks.Max(check => check.Status), checks);
}

/// <param name="Name">What was checked: <c>store</c>, <c>portal Acme (123)</c>, <c>channel email</c>.</param>
/// <param name="Status">How it is.</param>
/// <param name="Says">A sentence that says what to do, when it is not healthy.</param>
public sealed record HealthCheck(string Name, HealthStatus Status, string Says)
{
    /// <summary>An account cannot be seen. The monitor does its job, so it is no reason to start it again; and yet nobody watches there.</summary>
    [JsonIgnore]
    public bool IsBlind { get; init; }
}
