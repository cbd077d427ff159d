using System.Text;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>The same rows as JSON or, where <c>format=csv</c> is asked for, as a file for a spreadsheet.</summary>
internal static class CsvAnswer
{
    /// <param name="request">The question.</param>
    /// <param name="json">The answer otherwise.</param>
    /// <param name="name">The file's name, without its ending.</param>
    /// <param name="header">The columns.</param>
    /// <param name="rows">Made only when asked for.</param>
    public static IResult Or(
        HttpRequest request, Func<IResult> json, string name, IReadOnlyList<string> header, Func<IEnumerable<IReadOnlyList<string>>> rows) =>
        request.Query["format"].ToString() switch
        {
            "" or "json" => json(),
            "csv" => TypedResults.File(Encoding.UTF8.GetBytes(Csv.Of(header, rows())), "text/csv; charset=utf-8", $"{name}.csv"),
            _ => Problem(StatusCodes.Status400BadRequest, "format must be json or csv."),
        };
}
