using System.Text.Json;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>The body of a proof: two secrets, which live as long as the request.</summary>
/// <param name="Old">The secret that should be dead. Needed.</param>
/// <param name="New">The one in its place, which should be alive. Needed.</param>
/// <param name="By">Who rotated. Needed.</param>
internal sealed record RotationBody(string? Old, string? New, string? By)
{
    public override string ToString() => nameof(RotationBody);
}

/// <summary>Proofs that a rotation was carried through: asked for, listed, and exported for an auditor.</summary>
internal static class RotationApi
{
    private const int MaxProofs = 1000;
    private const int MaxBodyBytes = 8 * 1024;

    public static void MapRotationApi(this IEndpointRouteBuilder api)
    {
        api.MapPost("/credentials/{id}/proof", ProveAsync)
            .Tells<RotationProof>("Asks HubSpot whether a credential's old secret is dead, and keeps the proof")
            .Asks(QueryWord.OnePortal)
            .Takes<RotationBody>()
            .Refuses(400, 404, 413, 415, 429);
        api.MapGet("/credentials/proofs", ProofsAsync)
            .Tells<IReadOnlyList<RotationProof>>("The proofs of one account; at most 1000").Asks(QueryWord.OnePortal, QueryWord.Csv).Refuses(400);
    }

    private static async Task<IResult> ProveAsync(
        string id, HttpRequest request, RotationDesk desk, MonitorScope scope, Viewer viewer, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            return JsonBody.Wanted();
        if (!PortalQuery.TryRead(request, scope, out var named) || named is not { } portal)
            return Problem(StatusCodes.Status400BadRequest, PortalQuery.Wanted);
        if (request.ContentLength is not <= MaxBodyBytes)
            return Problem(StatusCodes.Status413PayloadTooLarge, $"Send at most {MaxBodyBytes} bytes, and say in Content-Length how many.");

        var body = await ReadAsync(request.Body, cancellationToken) is { } sent ? sent with { By = viewer.Name ?? sent.By } : null;
        if (RotationQuestion.Check(id, body) is { } wrong)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        if (await desk.FindAsync(portal, id, cancellationToken) is not { } credential)
        {
            return Problem(StatusCodes.Status404NotFound,
                "There is no such credential in the inventory of this account: give the id that /api/credentials lists, or the one of the access registry.");
        }

        if (await desk.ProveAsync(portal, credential, new(body!.Old!, body.New!, body.By!.Trim()), clock.GetUtcNow(), cancellationToken) is { } proof)
            return TypedResults.Json(proof, ApiJson.Default.RotationProof);

        request.HttpContext.Response.Headers.RetryAfter = "5";
        return Problem(StatusCodes.Status429TooManyRequests, "Another proof of this account is under way. Ask again in some seconds.");
    }

    private static async Task<IResult> ProofsAsync(HttpRequest request, RotationDesk desk, MonitorScope scope, CancellationToken cancellationToken)
    {
        if (!PortalQuery.TryRead(request, scope, out var named) || named is not { } portal)
            return Problem(StatusCodes.Status400BadRequest, PortalQuery.Wanted);

        var proofs = await desk.ReadAsync(portal, MaxProofs, cancellationToken);
        return CsvAnswer.Or(
            request,
            () => Hosting.Tagged.Json(proofs, ApiJson.Default.IReadOnlyListRotationProof),
            $"rotation-proofs-{portal}",
            CsvRows.Proofs,
            () => proofs.Select(CsvRows.Of));
    }

    // No word of the body is repeated, also not by the exception: it holds secrets.
    private static async Task<RotationBody?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, ApiJson.Default.RotationBody, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
