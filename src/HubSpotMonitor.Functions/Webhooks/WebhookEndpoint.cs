using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Webhooks;

/// <summary>
/// <c>POST /webhooks/hubspot</c>. HubSpot repeats a request for a day after every answer that is no success, so an error means "send it again":
/// 401 for a signature that is not HubSpot's, 413 and 400 for a body that cannot be one of HubSpot's, 503 when it could not be read or stored.
/// </summary>
internal static class WebhookEndpoint
{
    /// <summary>HubSpot hangs up after five seconds; only somebody who wants to hold us takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// At most eight bodies of the largest size are in memory before anything is known of their senders. A usual batch is no large body.
    /// </summary>
    private static readonly LargeBodies Large = new(most: 8);

    public static void MapWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/hubspot", ReceiveAsync).WithMetadata(new ServedBy(FunctionNames.ReceiveWebhook)).AllowAnonymous();

    private static async Task<IResult> ReceiveAsync(HttpContext context, WebhookReceiver receiver, IOptions<WebhooksOptions> options)
    {
        if (!options.Value.IsOn)
        {
            return Problem(
                StatusCodes.Status404NotFound, "This monitor receives no webhooks: Webhooks:PublicUrl and Webhooks:Secrets:0 are not set.");
        }

        var limit = options.Value.MaxBodyBytes;
        var headers = Headers(context.Request);
        if (receiver.RefuseByHeaders(headers) is { } wrong)
            return Answer(wrong, limit);

        // Ours alone decides; the server's own would end the request without a count.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        using var body = new UnverifiedBody(Large, Patience);
        var unread = context.Request.ContentLength > limit
            ? IntakeOutcome.BodyTooLarge
            : await body.ReadAsync(context.Request.Body, limit, context.RequestAborted);
        if (unread is { } refused)
            receiver.Refuse(refused);

        var outcome = unread ?? await receiver.ReceiveAsync(headers with { Body = body.Bytes }, context.RequestAborted);
        if (outcome is IntakeOutcome.StoreUnavailable or IntakeOutcome.BodyNotRead)
            context.Response.Headers.RetryAfter = "60";
        return Answer(outcome, limit);
    }

    private static SignedRequest Headers(HttpRequest request) => new()
    {
        Method = request.Method,
        Body = ReadOnlyMemory<byte>.Empty,
        SignatureV3 = Header(request, "X-HubSpot-Signature-v3"),
        Timestamp = Header(request, "X-HubSpot-Request-Timestamp"),
        Signature = Header(request, "X-HubSpot-Signature"),
        SignatureVersion = Header(request, "X-HubSpot-Signature-Version"),
    };

    // A header that is given twice is joined, and then no signature.
    private static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private static IResult Answer(IntakeOutcome outcome, int limit) => outcome switch
    {
        IntakeOutcome.Accepted => TypedResults.Ok(),
        IntakeOutcome.BodyTooLarge => Problem(StatusCodes.Status413PayloadTooLarge, $"The body has more than {limit} bytes."),
        IntakeOutcome.BodyNotRead =>
            Problem(StatusCodes.Status503ServiceUnavailable, "The body came too slowly, or too many large ones came at once. Send it again."),
        IntakeOutcome.BodyNotJson => Problem(StatusCodes.Status400BadRequest, "The body is not a JSON array of events."),
        IntakeOutcome.StoreUnavailable => Problem(StatusCodes.Status503ServiceUnavailable, "The events could not be stored now. Send them again."),
        _ => Problem(StatusCodes.Status401Unauthorized, $"The signature is not valid: {outcome}."),
    };
}
