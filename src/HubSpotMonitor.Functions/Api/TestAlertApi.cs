using System.Text.Json;
using HubSpotMonitor.Alerting;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <param name="Channels">The channels to try; left out: all.</param>
/// <param name="Severity">As what the test appears; left out: High.</param>
internal sealed record TestAlertRequest(IReadOnlyList<string>? Channels, Severity? Severity);

/// <summary>Sends a test message and answers what became of it on each channel.</summary>
internal static class TestAlertApi
{
    public static async Task<IResult> SendAsync(
        HttpRequest request, AlertTest test, IOptions<AlertingOptions> alerting, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (wanted, wrong) = await ReadAsync(request, cancellationToken);
        if (wrong is not null)
            return Problem(StatusCodes.Status400BadRequest, wrong);

        var channels = wanted?.Channels ?? [];
        if (test.FindUnknown(channels) is { } unknown)
            return Problem(StatusCodes.Status400BadRequest, $"'{unknown}' is not a channel that is configured.");

        var answers = await test.SendAsync(
            channels, wanted?.Severity ?? Severity.High, alerting.Value.DashboardUrl, clock.GetUtcNow(), cancellationToken);
        return TypedResults.Json(answers, ApiJson.Default.IReadOnlyListTestAnswer);
    }

    // No body asks for all channels.
    private static async Task<(TestAlertRequest? Request, string? Wrong)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return (null, null);

        const string wanted = "The body must be JSON like {\"channels\":[\"email\"],\"severity\":\"High\"}; both may be left out.";
        try
        {
            var wish = await JsonSerializer.DeserializeAsync(request.Body, ApiJson.Default.TestAlertRequest, cancellationToken);
            // JSON may give a number, and nothing in a list.
            var isOdd = wish is { Severity: { } severity } && !Enum.IsDefined(severity);
            return isOdd || wish?.Channels?.Contains(null) == true ? (null, wanted) : (wish, null);
        }
        catch (JsonException)
        {
            return (null, wanted);
        }
    }
}
