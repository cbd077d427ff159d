using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Local;

public sealed class HostLogTests
{
    [Fact]
    public void Only_warnings_errors_and_what_belongs_to_them_are_passed_on()
    {
        var said = new List<string>();
        var log = new HostLog(said.Add);
        string[] lines =
        [
            "info: A[0] started",
            "fail: B[0] broke",
            "   at Method()",
            "info: A[0] goes on",
            "detail",
            "2026-11-24T06:02:08Z warn: C[0] careful",
        ];
        foreach (var line in lines)
            log.Output(line);
        log.Error("Portals:0:Token is missing.");
        said.ShouldBe(["host: fail: B[0] broke", "host:    at Method()", "host: warn: C[0] careful", "host: Portals:0:Token is missing."]);
    }
}
