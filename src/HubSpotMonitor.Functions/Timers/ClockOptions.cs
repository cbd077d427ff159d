using HubSpotMonitor.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Timers;

/// <summary>Section <c>Clock</c>. When it exists, the monitor lives in simulated time: for a demonstration on one machine.</summary>
internal sealed class ClockOptions
{
    public const string Section = "Clock";

    /// <summary>The real instant at which the simulated clock shows <see cref="Start"/>.</summary>
    public DateTimeOffset? Epoch { get; set; }

    /// <summary>What the simulated clock shows at <see cref="Epoch"/>.</summary>
    public DateTimeOffset? Start { get; set; }

    /// <summary>Simulated seconds per real second.</summary>
    public double Speed { get; set; } = 1;
}

internal sealed class ClockOptionsCheck(HostMode mode) : IValidateOptions<ClockOptions>
{
    // At 10,000 a five-minute poll comes every 30 ms: faster than any store.
    private const double MaxSpeed = 10_000;

    public ValidateOptionsResult Validate(string? name, ClockOptions options)
    {
        var failures = new List<string>();
        if (mode.IsCustomHandler)
            failures.Add("Clock is set, but a deployed monitor must live in real time: remove the section Clock.");
        if (options.Epoch is null)
            failures.Add("Clock:Epoch is missing: the real instant at which the simulated clock starts, for example 2026-11-24T08:00:00Z.");
        if (options.Start is null)
            failures.Add("Clock:Start is missing: what the simulated clock shows at Clock:Epoch, for example 2026-11-02T00:00:00Z.");
        if (options.Speed is not (> 0 and <= MaxSpeed))
            failures.Add($"Clock:Speed is {FormattableString.Invariant($"{options.Speed}")}, but must be above 0 and at most 10000.");
        return failures.ToResult();
    }
}

internal static class ClockServices
{
    /// <summary>Registers the simulated clock when it is configured; before the core, which takes the real one only when there is none.</summary>
    public static IServiceCollection AddSimulatedClock(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(ClockOptions.Section);
        if (!section.Exists())
            return services;

        services.AddOptionsWithValidateOnStart<ClockOptions, ClockOptionsCheck>().Bind(section);
        services.AddSingleton<TimeProvider>(provider => SimulatedClock.From(provider.GetRequiredService<IOptions<ClockOptions>>().Value));
        return services;
    }
}
