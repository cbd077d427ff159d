using Amqp;
using Amqp.Framing;
using Amqp.Handler;
using Amqp.Listener;
using Amqp.Types;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>A link on which a client sends to the topic.</summary>
internal sealed class LookAlikeIntake(ServiceBusLookAlike bus, LookAlikeTopic topic) : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext)
    {
        if (bus.NextFault() is { } fault)
        {
            fault(messageContext, topic);
            return;
        }
        topic.Take(messageContext.Message);
        messageContext.Complete();
    }

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }
}

/// <summary>A link on which a client receives from a subscription or from its dead letters.</summary>
internal sealed class LookAlikeOutlet : LinkEndpoint
{
    private static readonly Error LockLost = new(new Symbol("com.microsoft:message-lock-lost")) { Description = "The lock supplied is invalid." };

    private readonly Lock _lock = new();
    private readonly Dictionary<Message, Guid> _open = new(ReferenceEqualityComparer.Instance);
    private readonly ListenerLink _link;
    private readonly LookAlikeEntity _queue;
    private int _credit;
    private volatile bool _isClosed;

    public LookAlikeOutlet(ListenerLink link, LookAlikeEntity queue)
    {
        (_link, _queue) = (link, queue);
        queue.Ready += Pump;
        // Told before the listener reports what is open as released: Azure keeps those locks until they end.
        link.AddClosedCallback((_, _) => Close());
        link.Session.Connection.AddClosedCallback((_, _) => Close());
    }

    public override void OnFlow(FlowContext flowContext)
    {
        lock (_lock) _credit = flowContext.Messages <= 0 ? 0 : _credit + flowContext.Messages;
        Pump();
        // CompleteDrain would answer with drain=false, at which Microsoft's client closes the link.
        if (_link.IsDraining && !_isClosed)
        {
            lock (_lock) _credit = 0;
            _link.SetCredit(0, drain: true, autoRestore: false);
        }
    }

    public override void OnMessage(MessageContext messageContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        if (_isClosed) return;
        Guid token;
        lock (_lock)
        {
            if (!_open.Remove(dispositionContext.Message, out token)) return;
        }
        var isDone = dispositionContext.DeliveryState switch
        {
            Accepted => _queue.Complete(token),
            Rejected rejected => _queue.DeadLetter(token, Info(rejected, "DeadLetterReason"), Info(rejected, "DeadLetterErrorDescription")),
            // Microsoft's client abandons without delivery-failed, and the count rises all the same.
            Modified => _queue.Abandon(token, isCounted: true),
            _ => _queue.Abandon(token, isCounted: false),
        };
        _link.DisposeMessage(
            dispositionContext.Message, isDone ? dispositionContext.DeliveryState : new Rejected { Error = LockLost }, settled: true);
    }

    private void Close()
    {
        _isClosed = true;
        _queue.Ready -= Pump;
    }

    private void Pump()
    {
        lock (_lock)
        {
            while (_credit > 0 && !_isClosed && !_link.IsClosed && !_link.Session.Connection.IsClosed && _queue.TryTake() is { } letter)
            {
                _credit--;
                var message = letter.ToMessage();
                _open[message] = letter.Lock!.Value;
                LookAlikeTags.Next = letter.Lock;
                try
                {
                    _link.SendMessage(message);
                }
                catch (Exception e) when (e is AmqpException or ObjectDisposedException or IOException)
                {
                    // The peer went just now.
                    Close();
                    _queue.Abandon(letter.Lock.Value, isCounted: false);
                    return;
                }
            }
        }
    }

    // Symbols from .NET, strings from JavaScript.
    private static string? Info(Rejected rejected, string name) =>
        rejected.Error?.Info?.FirstOrDefault(entry => entry.Key.ToString() == name).Value?.ToString();
}

/// <summary>Makes the lock's token the delivery's tag, as Service Bus does.</summary>
internal sealed class LookAlikeTags : IHandler
{
    [ThreadStatic]
    private static Guid? _next;

    /// <summary>The tag of what this thread sends next.</summary>
    public static Guid? Next
    {
        set => _next = value;
    }

    public bool CanHandle(EventId id) => id == EventId.SendDelivery;

    public void Handle(Event protocolEvent)
    {
        if (_next is not { } token || protocolEvent.Context is not IDelivery delivery) return;
        delivery.Tag = token.ToByteArray();
        _next = null;
    }
}
