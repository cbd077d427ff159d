using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions.Exports;

internal static class ExportSamples
{
    public static Finding Finding { get; } = new()
    {
        Rule = "key-too-old",
        Subject = "service-key:99",
        Severity = Severity.High,
        Headline = "A key is too old",
        Summary = "It was made 200 days ago.",
        Since = Samples.Noon,
        Steps = ["Rotate it."],
    };

    public static Alert Alert(Finding finding) => new()
    {
        Id = "a1b2c3",
        Portal = new(4711, "Acme"),
        State = AlertState.Open,
        Severity = finding.Severity,
        Finding = finding,
        OpenedAt = Samples.Noon,
        LastFiredAt = Samples.Noon,
    };
}
