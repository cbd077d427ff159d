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

    public static RotationProof Proof { get; } = new()
    {
        Id = "1",
        Portal = 4711,
        Credential = "ServiceKey:99",
        OldFingerprint = "pat-na1-…dead",
        NewFingerprint = "pat-na1-…5678",
        OldAnswer = SecretAnswer.Refused,
        NewAnswer = SecretAnswer.Works,
        Verdict = RotationVerdict.Proven,
        Says = "The rotation is proven.",
        By = "Ada",
        At = Samples.Noon,
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
