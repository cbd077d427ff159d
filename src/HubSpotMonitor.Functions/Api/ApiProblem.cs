using Microsoft.AspNetCore.Http.HttpResults;

namespace HubSpotMonitor.Functions.Api;

/// <summary>An answer that is no success, with a sentence that says why (RFC 9457).</summary>
internal static class ApiProblem
{
    public static ProblemHttpResult Problem(int status, string? sentence) => TypedResults.Problem(sentence, statusCode: status);
}
