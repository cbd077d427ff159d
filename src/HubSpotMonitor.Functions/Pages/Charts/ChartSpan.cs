using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Pages.Charts;

/// <summary>How much of the past a chart shows; its name stands in the address, so that a link keeps it.</summary>
public sealed record ChartSpan(string Name, string Label, string Words, TimeSpan Length)
{
    // A chart moves in steps, so that a page without a new reading stays the same page and is not sent again.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5);

    public static ChartSpan Day { get; } = new("24h", "24 h", "the last 24 hours", TimeSpan.FromHours(24));

    public static ChartSpan Week { get; } = new("7d", "7 d", "the last 7 days", TimeSpan.FromDays(7));

    public static ChartSpan Month { get; } = new("28d", "28 d", "the last 28 days", TimeSpan.FromDays(28));

    public static IReadOnlyList<ChartSpan> All { get; } = [Day, Week, Month];

    /// <summary>A day, where the address asks for none that there is.</summary>
    public static ChartSpan Of(string? name) => All.FirstOrDefault(span => span.Name == name) ?? Day;

    public ChartWindow Until(DateTimeOffset now)
    {
        var end = now.Floor(Step) + Step;
        return new(end - Length, end);
    }
}

/// <summary>The stretch of time between the left and the right edge of a chart.</summary>
public sealed record ChartWindow(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;

    /// <summary>0 at the left edge, 1 at the right; never beyond.</summary>
    public double Share(DateTimeOffset at) => Math.Clamp((at - From) / Length, 0, 1);

    public bool Holds(DateTimeOffset at) => at > From && at <= To;
}
