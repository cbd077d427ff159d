using Amqp;
using Amqp.Sasl;
using HubSpotMonitor.Bus.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Bus.Links;

/// <summary>
/// The one connection of this process, made when it is first needed and again when it was lost: the library recovers nothing by itself,
/// and Azure drops whoever is silent for minutes, as a monitor on a timer is.
/// </summary>
public sealed class BusConnection : IDisposable
{
    /// <summary>A peer that says nothing for so long is gone. Without it a frozen one would never be noticed.</summary>
    private const int IdleMilliseconds = 60_000;

    private readonly BusOptions _options;
    private readonly Lazy<BusAddress> _address;
    private readonly TimeProvider _clock;
    private readonly ILogger<BusConnection> _logger;
    private readonly SemaphoreSlim _gate = new(1);
    private OpenBus? _open;

    public BusConnection(IOptions<BusOptions> options, BusClock clock, ILogger<BusConnection> logger)
        : this(options, clock, logger, null)
    {
    }

    /// <summary>With an identity's tokens from elsewhere.</summary>
    internal BusConnection(IOptions<BusOptions> options, BusClock clock, ILogger<BusConnection> logger, IBusTokens? tokens)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        _options = options.Value;
        _clock = clock.Time;
        _logger = logger;
        _address = new(() => BusAddress.Of(_options, _clock) is var address && tokens is not null ? address with { Tokens = tokens } : address);
    }

    /// <exception cref="BusException">It cannot be reached, or refuses us.</exception>
    internal async Task<OpenBus> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_open is { IsClosed: false }) return _open;
            _open?.Dispose();
            _open = null;
            var address = _address.Value;
            return _open = new(await ConnectAsync(address.Address, cancellationToken), address.Address.Host, address.Tokens, _clock, _logger);
        }
        catch (Exception e) when (BusException.Of(e, _address.Value.Address.Host) is { } failure)
        {
            throw failure;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _open?.Dispose();
        _gate.Dispose();
    }

    private async Task<Connection> ConnectAsync(Address address, CancellationToken cancellationToken)
    {
        var factory = _options.Transport == BusTransport.AmqpWebSockets
            ? new ConnectionFactory([new WebSocketTransportFactory(_options.WebSocketProtocol)])
            : new ConnectionFactory();
        factory.AMQP.IdleTimeout = IdleMilliseconds;
        if (_options.IsServiceBus) factory.SASL.Profile = SaslProfile.Anonymous;
        // The library's own token covers neither TLS nor SASL.
        var connecting = factory.CreateAsync(address, cancellationToken);
        try
        {
            return await connecting.WaitAsync(Attachment.Limit, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            _ = CloseLateAsync(connecting);
            throw;
        }
    }

    private static async Task CloseLateAsync(Task<Connection> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully) (await connecting).Close(TimeSpan.Zero);
    }
}
