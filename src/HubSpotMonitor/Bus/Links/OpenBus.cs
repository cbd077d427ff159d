using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using HubSpotMonitor.Bus.Tokens;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Bus.Links;

/// <summary>
/// One live connection: opens links, after a token for their entity where the broker wants one, and renews the tokens while it lives.
/// </summary>
internal sealed partial class OpenBus(Connection connection, string host, IBusTokens? tokens, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>Of a token's life, then it is renewed: the rest is for trouble.</summary>
    private const double Renewal = 0.8;

    private readonly ConcurrentDictionary<string, ITimer> _renewals = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Requests? _cbs;

    public bool IsClosed => connection.IsClosed;

    public async Task<(SenderLink Link, ulong LargestMessage)> SenderAsync(string entity, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(entity, cancellationToken);
        return await Attachment.SenderAsync(connection, entity, cancellationToken);
    }

    public async Task<ReceiverLink> ReceiverAsync(string entity, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(entity, cancellationToken);
        return await Attachment.ReceiverAsync(connection, entity, null, cancellationToken);
    }

    /// <summary>The entity's <c>$management</c>, which only Service Bus has.</summary>
    public async Task<Requests> ManagementAsync(string entity, CancellationToken cancellationToken)
    {
        await AuthorizeAsync(entity, cancellationToken);
        return await Requests.OpenAsync(connection, $"{entity}/$management", cancellationToken);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var renewal in _renewals.Values) renewal.Dispose();
        Close();
        _stop.Dispose();
        _gate.Dispose();
    }

    private async Task AuthorizeAsync(string entity, CancellationToken cancellationToken)
    {
        if (tokens is null || _renewals.ContainsKey(entity)) return;
        var life = await PutTokenAsync(tokens, entity, cancellationToken);
        var renewal = clock.CreateTimer(_ => _ = RenewAsync(tokens, entity), null, life * Renewal, Timeout.InfiniteTimeSpan);
        if (!_renewals.TryAdd(entity, renewal)) await renewal.DisposeAsync();
    }

    private async Task<TimeSpan> PutTokenAsync(IBusTokens from, string entity, CancellationToken cancellationToken)
    {
        var audience = $"amqps://{host}/{entity}";
        var token = await from.GetAsync(audience, cancellationToken);
        var question = new Message(token.Value)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = token.Type,
                ["name"] = audience,
                ["expiration"] = token.ExpiresAt.UtcDateTime,
            },
        };
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_cbs is not { IsClosed: false }) _cbs = await Requests.OpenAsync(connection, "$cbs", cancellationToken);
            var status = Requests.StatusOf(await _cbs.AskAsync(question, cancellationToken), "status-code");
            if (status is not (200 or 202)) throw Refused(status, entity);
        }
        finally
        {
            _gate.Release();
        }
        return token.ExpiresAt - clock.GetUtcNow();
    }

    private static BusException Refused(int status, string entity) => status is 401 or 403
        ? BusException.Of(new Error(ErrorCode.UnauthorizedAccess), entity)
        : new($"The bus answered {status} to our token for {entity}.", isPermanent: status is not (0 or 408 or 500 or 503));

    private async Task RenewAsync(IBusTokens from, string entity)
    {
        try
        {
            var life = await PutTokenAsync(from, entity, _stop.Token);
            if (_renewals.TryGetValue(entity, out var renewal)) renewal.Change(life * Renewal, Timeout.InfiniteTimeSpan);
        }
        // The edge of a timer. The broker would drop the links when the token ends; whoever uses them next gets a new connection, or the reason.
        catch (Exception e)
        {
            if (_stop.IsCancellationRequested) return;
            Close();
            LogNotRenewed(e, entity);
        }
    }

    /// <summary>Also for a connection that does not answer any more: nothing is waited for, and the next caller gets a new one.</summary>
    public void Close()
    {
        try
        {
            connection.Close(TimeSpan.Zero);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or IOException)
        {
            // It is gone already.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The token for {Entity} could not be renewed; the bus is connected anew.")]
    private partial void LogNotRenewed(Exception exception, string entity);
}
