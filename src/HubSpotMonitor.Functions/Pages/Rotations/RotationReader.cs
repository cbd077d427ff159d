using HubSpotMonitor.Dashboard;
using HubSpotMonitor.Posture;
using HubSpotMonitor.Rotation;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Pages.Rotations;

/// <summary>Reads the calendar of rotations.</summary>
internal sealed class RotationReader(
    PostureReader posture, RotationDesk desk, MonitorScope scope, IOptions<PostureOptions> options, TimeProvider clock, PageReading reading)
{
    private const int ProofsOfEach = 20;

    public Task<RotationModel> ReadAsync(long? portal, CancellationToken cancellationToken)
    {
        var model = new RotationModel { Now = clock.GetUtcNow(), All = scope.Portals, Portal = portal };
        return reading.TryAsync(token => FillAsync(model, token), model with { Trouble = PageReading.NoStore }, cancellationToken);
    }

    private async Task<RotationModel> FillAsync(RotationModel model, CancellationToken cancellationToken)
    {
        var portals = await posture.ReadAsync(model.Portal, cancellationToken);
        var proofs = await Task.WhenAll(portals.Select(one => desk.ReadAsync(one.Portal.Id, ProofsOfEach, cancellationToken)));
        var keys = portals.SelectMany(one => one.Report?.Credentials.Select(credential => (one.Portal, credential)) ?? []).ToList();
        return model with
        {
            Months = RotationCalendar.Of(keys, options.Value.KeyAgeLimit, model.Now),
            Undated = RotationCalendar.Undated(keys),
            Proofs = [.. proofs.SelectMany(one => one).OrderByDescending(proof => proof.At)],
        };
    }
}
