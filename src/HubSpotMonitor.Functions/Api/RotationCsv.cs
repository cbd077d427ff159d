using System.Globalization;
using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Proofs of rotation as an auditor's spreadsheet reads them (RFC 4180).</summary>
internal static class RotationCsv
{
    private static readonly string[] Header = ["at", "portal", "credential", "old", "old answer", "new", "new answer", "app", "verdict", "says", "by", "id"];

    public static byte[] Of(IEnumerable<RotationProof> proofs)
    {
        var text = new StringBuilder(Line(Header)).Append("\r\n");
        foreach (var proof in proofs)
            text.Append(Line(Fields(proof))).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string[] Fields(RotationProof proof) =>
    [
        proof.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
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

    private static string Line(IEnumerable<string> fields) => string.Join(',', fields.Select(field => $"\"{Safe(field).Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    // A spreadsheet runs what begins so as a formula (OWASP, "CSV injection"); names come from outside.
    private static string Safe(string field) => field.Length > 0 && "=+-@\t\r".Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;
}
