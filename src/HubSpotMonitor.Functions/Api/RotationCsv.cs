using System.Globalization;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Proofs of rotation as an auditor's spreadsheet reads them.</summary>
internal static class RotationCsv
{
    private static readonly string[] Header = ["at", "portal", "credential", "old", "old answer", "new", "new answer", "app", "verdict", "says", "by", "id"];

    public static byte[] Of(IEnumerable<RotationProof> proofs) => Encoding.UTF8.GetBytes(Csv.Of(Header, proofs.Select(Fields)));

    private static IReadOnlyList<string> Fields(RotationProof proof) =>
    [
        Csv.Text(proof.At),
        proof.Portal.ToString(CultureInfo.InvariantCulture),
        proof.Credential,
        proof.OldFingerprint,
        proof.OldAnswer.ToString(),
        proof.NewFingerprint,
        proof.NewAnswer.ToString(),
        proof.AppId?.ToString(CultureInfo.InvariantCulture) ?? "",
        proof.Verdict.ToString(),
        proof.Says,
        proof.By,
        proof.Id,
    ];
}
