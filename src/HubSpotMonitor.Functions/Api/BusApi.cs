using HubSpotMonitor.Bus;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Functions.Api.ApiProblem;

namespace HubSpotMonitor.Functions.Api;

/// <summary>The dead letters of every channel's subscription; none where there is no bus.</summary>
internal static class BusApi
{
    private const int MaxOfEach = 100;

    public static void MapBusApi(this IEndpointRouteBuilder api)
    {
        api.MapGet("/dead-letters/bus", ReadAsync)
            .Tells<IReadOnlyList<BusDeadLetter>>("Messages that the bus put aside, of every channel").Refuses(503);
        api.MapPost("/dead-letters/bus/{id}/redrive", RedriveAsync)
            .Tells<BusRedrive>("Sends such a message again to its own channel").Refuses(404, 409, 503);
    }

    private static async Task<IResult> ReadAsync(BusDeadLetters letters, MonitorScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return Hosting.Tagged.Json(
                await letters.ReadAsync(scope.Channels, MaxOfEach, cancellationToken), ApiJson.Default.IReadOnlyListBusDeadLetter);
        }
        catch (BusException e)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }

    private static async Task<IResult> RedriveAsync(
        string id, BusDeadLetters letters, MonitorScope scope, ActTrail trail, CancellationToken cancellationToken)
    {
        try
        {
            var redrive = await letters.RedriveAsync(id, scope.Channels, cancellationToken);
            if (redrive is not null)
                trail.NoteRedrive(id, redrive.IsSent);
            return redrive switch
            {
                null => Problem(StatusCodes.Status404NotFound, "There is no dead letter with this id; perhaps it was sent meanwhile."),
                { IsSent: true } sent => TypedResults.Json(sent, ApiJson.Default.BusRedrive),
                var kept => Problem(StatusCodes.Status409Conflict, kept.Says),
            };
        }
        catch (BusException e)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, e.Message);
        }
    }
}
