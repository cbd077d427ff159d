using System.Buffers;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Webhooks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Webhooks;

/// <summary>
/// <c>POST /webhooks/hubspot</c>. HubSpot repeats a request for a day after every answer that is no success, so an error means "send it again":
/// 401 for a signature that is not HubSpot's, 413 and 400 for a body that cannot be one of HubSpot's, 503 when it could not be stored.
/// </summary>
internal static class WebhookEndpoint
{
    // A full batch of usual events; what is larger grows.
    private const int UsualBody = 32 * 1024;

    public static void MapWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/webhooks/hubspot", ReceiveAsync).WithMetadata(new ServedBy(FunctionNames.ReceiveWebhook)).AllowAnonymous();

    private static async Task<IResult> ReceiveAsync(HttpContext context, WebhookReceiver receiver, IOptions<WebhooksOptions> options)
    {
        if (!options.Value.IsOn)
            return TypedResults.Problem("This monitor receives no webhooks: Webhooks:PublicUrl and Webhooks:Secrets:0 are not set.", statusCode: StatusCodes.Status404NotFound);

        var limit = options.Value.MaxBodyBytes;
        // Ours alone decides; the server's own would end the request without a count.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        // Never by the length that a request claims: many that claim much and send nothing would cost us the memory.
        var buffer = ArrayPool<byte>.Shared.Rent(UsualBody);
        try
        {
            int? length = context.Request.ContentLength > limit ? null : 0;
            while (length is { } read && await context.Request.Body.ReadAsync(buffer.AsMemory(read), context.RequestAborted) is var more and > 0)
            {
                length = read + more > limit ? null : read + more;
                if (length == buffer.Length)
                    buffer = Grow(buffer);
            }

            if (length is null)
            {
                receiver.Refuse(IntakeOutcome.BodyTooLarge);
                return Answer(IntakeOutcome.BodyTooLarge, limit);
            }

            var outcome = await receiver.ReceiveAsync(Request(context.Request, buffer.AsMemory(0, length.Value)), context.RequestAborted);
            if (outcome == IntakeOutcome.StoreUnavailable)
                context.Response.Headers.RetryAfter = "60";
            return Answer(outcome, limit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static SignedRequest Request(HttpRequest request, ReadOnlyMemory<byte> body) => new()
    {
        Method = request.Method,
        Body = body,
        SignatureV3 = Header(request, "X-HubSpot-Signature-v3"),
        Timestamp = Header(request, "X-HubSpot-Request-Timestamp"),
        Signature = Header(request, "X-HubSpot-Signature"),
        SignatureVersion = Header(request, "X-HubSpot-Signature-Version"),
    };

    // A header that is given twice is joined, and then no signature.
    private static string? Header(HttpRequest request, string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private static byte[] Grow(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger.AsSpan());
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }

    private static IResult Answer(IntakeOutcome outcome, int limit) => outcome switch
    {
        IntakeOutcome.Accepted => TypedResults.Ok(),
        IntakeOutcome.BodyTooLarge => Problem(StatusCodes.Status413PayloadTooLarge, $"The body has more than {limit} bytes."),
        IntakeOutcome.BodyNotJson => Problem(StatusCodes.Status400BadRequest, "The body is not a JSON array of events."),
        IntakeOutcome.StoreUnavailable => Problem(StatusCodes.Status503ServiceUnavailable, "The events could not be stored now. Send them again."),
        _ => Problem(StatusCodes.Status401Unauthorized, $"The signature is not valid: {outcome}."),
    };

    private static IResult Problem(int status, string sentence) => TypedResults.Problem(sentence, statusCode: status);
}
