using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Pages.Access;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Functions.Exports;

public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public void What_a_spreadsheet_would_run_is_written_as_text(string name) =>
        Csv.Of(CsvRows.Alerts, [CsvRows.Of(ExportSamples.Alert(ExportSamples.Finding with { Headline = name }))]).ShouldContain($"\"'{name}\"");

    [Fact]
    public void Every_row_has_as_many_fields_as_the_head()
    {
        var posture = new Dashboard.PortalPosture(new(4711, "Acme"), null, null);

        CsvRows.Of(ExportSamples.Alert(ExportSamples.Finding)).Count.ShouldBe(CsvRows.Alerts.Length);
        CsvRows.Of(new IntakeCount(Samples.Noon, IntakeOutcome.Accepted, 3)).Count.ShouldBe(CsvRows.Intake.Length);
        CsvRows.Of(new DeadLetter { Id = "1", Reason = "x", ReceivedAt = Samples.Noon, Raw = "{}" }).Count.ShouldBe(CsvRows.DeadLetters.Length);
        CsvRows.Of(ExportSamples.Proof).Count.ShouldBe(CsvRows.Proofs.Length);
        CsvRows.Of(posture, new("r", RuleOutcome.Pass, "x", [])).Single().Count.ShouldBe(CsvRows.Findings.Length);
        CsvRows.Of(posture, new("r", RuleOutcome.Fail, "x", [ExportSamples.Finding])).Single().Count.ShouldBe(CsvRows.Findings.Length);
    }

    [Fact]
    public void The_pages_filter_goes_along_to_the_file() =>
        new AccessQuery(4711, CredentialKind.ServiceKey, null, "a&b").AddressOf("/api/credentials", "csv")
            .ShouldBe("/api/credentials?portal=4711&kind=ServiceKey&q=a%26b&format=csv");
}
