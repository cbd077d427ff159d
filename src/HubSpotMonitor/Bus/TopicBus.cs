using System.Diagnostics;
using HubSpotMonitor.Bus.Links;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus;

/// <summary>Sends alerts' messages to the topic.</summary>
public sealed class TopicBus : IAlertBus, IDisposable
{
    private readonly EntitySender _sender;
    private readonly string _topic;

    public TopicBus(BusConnection bus, IOptions<BusOptions> options, BusClock clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _topic = options.Value.Topic;
        _sender = new(bus, options.Value, clock, _topic);
    }

    public async Task PublishAsync(IReadOnlyList<Parcel> parcels, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Parcel> wanted = [.. parcels.Where(parcel => parcel.Channels.Count > 0)];
        List<Activity?> spans = [.. wanted.Select(parcel => Telemetry.Send(_topic, parcel.Message))];
        try
        {
            await SendAsync([.. wanted.Zip(spans, (parcel, span) => (Enveloped(parcel, span), BusMessages.IdOf(parcel)))], cancellationToken);
        }
        catch (BusException e)
        {
            foreach (var span in spans) Telemetry.Failed(span, e);
            throw;
        }
        finally
        {
            foreach (var span in spans) span?.Dispose();
        }
    }

    internal Task SendAsync(IReadOnlyList<(AlertEnvelope Envelope, string Id)> envelopes, CancellationToken cancellationToken) =>
        _sender.SendAsync([.. envelopes.Select(one => (Func<Amqp.Message>)(() => BusMessages.Of(one.Envelope, one.Id)))], cancellationToken);

    private static AlertEnvelope Enveloped(Parcel parcel, Activity? span) =>
        AlertEnvelope.Of(parcel.Message with { Trace = span?.Id ?? parcel.Message.Trace }, parcel.Channels);

    public void Dispose() => _sender.Dispose();
}
