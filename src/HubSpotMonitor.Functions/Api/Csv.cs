using System.Globalization;
using System.Text;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Tables as a spreadsheet reads them (RFC 4180).</summary>
internal static class Csv
{
    public static string Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder(Line(header)).Append("\r\n");
        foreach (var row in rows) text.Append(Line(row)).Append("\r\n");
        return text.ToString();
    }

    public static string Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";

    private static string Line(IEnumerable<string> fields) =>
        string.Join(',', fields.Select(field => $"\"{Safe(field).Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    // A spreadsheet runs what begins so as a formula (OWASP, "CSV injection"); names come from outside.
    private static string Safe(string field) =>
        field.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;
}
