using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>What happens to one transfer in place of being taken.</summary>
public delegate void LookAlikeFault(MessageContext transfer, LookAlikeTopic topic);

/// <summary>
/// Azure Service Bus as far as the monitor uses it, in this process: tokens, a topic with filters and duplicate detection, subscriptions with
/// locks and dead letters, management, and faults on demand. Microsoft's own client is run against it to keep it honest.
/// </summary>
public sealed class ServiceBusLookAlike : ILinkProcessor, IDisposable
{
    public const string KeyName = "RootManageSharedAccessKey";
    public const string Key = "bG9vay1hbGlrZS1rZXktb24tdGhpcy1tYWNoaW5lLW9ubHk=";
    public const string Jwt = "header.identity.signature";

    private static readonly Error Unauthorized = new(ErrorCode.UnauthorizedAccess) { Description = "No token covers this entity." };

    private readonly ConcurrentQueue<LookAlikeFault> _faults = new();
    private readonly ConcurrentDictionary<ListenerLink, string> _links = new();
    private readonly Dictionary<string, LookAlikeEntity> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, LookAlikeRequests> _nodes = new(StringComparer.OrdinalIgnoreCase);
    private readonly LookAlikeTokens _tokens;
    private ContainerHost _host;

    public ServiceBusLookAlike(TimeProvider clock, params (string Name, string Filter)[] subscriptions)
    {
        Topic = new("alerts", clock);
        foreach (var (name, filter) in subscriptions)
        {
            var queue = Topic.Subscribe(name, filter);
            _queues[queue.Path] = queue;
            _queues[queue.DeadLetters!.Path] = queue.DeadLetters;
        }
        Polls = new("polls", clock);
        PollQueue = Polls.AsQueue();
        _queues[PollQueue.Path] = PollQueue;
        _queues[PollQueue.DeadLetters!.Path] = PollQueue.DeadLetters;
        _tokens = new(Key, Jwt, clock);
        _tokens.Expired += CloseUncovered;
        _nodes["$cbs"] = new(_tokens);
        foreach (var (path, queue) in _queues) _nodes[$"{path}/$management"] = new(new LookAlikeManagement(queue));
        Port = FreePort.Next();
        _host = Start();
    }

    public LookAlikeTopic Topic { get; }

    public LookAlikeTopic Polls { get; }

    public LookAlikeEntity PollQueue { get; }

    public int Port { get; }

    public string ConnectionString => ConnectionStringAt(Port);

    /// <summary>The same, by way of what listens at another port of this machine.</summary>
    public static string ConnectionStringAt(int port) =>
        $"Endpoint=sb://{HostAt(port)};SharedAccessKeyName={KeyName};SharedAccessKey={Key};UseDevelopmentEmulator=true";

    /// <summary>How often each entity got a token.</summary>
    public IReadOnlyDictionary<string, int> Tokens => _tokens.Puts;

    /// <summary>What a sender's link says that it takes.</summary>
    public ulong MaxMessageSize { get; set; } = 256 * 1024;

    /// <summary>Entities that refuse to be attached, and why.</summary>
    public Dictionary<string, Error> Refuses { get; } = [];

    /// <summary>Links opened by clients, one entry each.</summary>
    public ConcurrentQueue<string> Attached { get; } = new();

    /// <summary>What is attached now.</summary>
    public ICollection<string> Open => _links.Values;

    public LookAlikeEntity this[string channel] => _queues[$"alerts/Subscriptions/{channel}"];

    /// <summary>Answers the next transfers otherwise, one after the other.</summary>
    public void Inject(params LookAlikeFault[] faults)
    {
        foreach (var fault in faults) _faults.Enqueue(fault);
    }

    /// <summary>Refuses a transfer.</summary>
    public static LookAlikeFault Reject(string condition) => (transfer, _) => transfer.Complete(new Error(new Amqp.Types.Symbol(condition)));

    /// <summary>Gives a transfer back, neither taken nor refused.</summary>
    public static LookAlikeFault Settle(Outcome outcome) => (transfer, _) => transfer.Link.DisposeMessage(transfer.Message, outcome, settled: true);

    /// <summary>Never answers a transfer.</summary>
    public static LookAlikeFault Ignore => (_, _) => { };

    /// <summary>Takes a transfer, and loses the connection before it can say so.</summary>
    public static LookAlikeFault TakeAndLose => (transfer, topic) =>
    {
        topic.Take(transfer.Message);
        transfer.Link.Session.Connection.Close(TimeSpan.Zero, new Error(ErrorCode.ConnectionForced));
    };

    public void RefuseNextTokens(int count) => _tokens.RefuseNext = count;

    /// <summary>Detaches whoever is attached, as Azure does with the silent.</summary>
    public void DetachAll()
    {
        foreach (var link in _links.Keys) link.Close(TimeSpan.Zero, new Error(ErrorCode.DetachForced) { Description = "The link is idle." });
    }

    /// <summary>Goes away with all connections, and comes back with what it held.</summary>
    public void Restart()
    {
        _host.Close();
        _host = Start();
    }

    public void Dispose() => _host.Close();

    public void Process(AttachContext attachContext)
    {
        var attach = attachContext.Attach;
        var link = attachContext.Link;
        var path = link.Role ? ((Target)attach.Target).Address : ((Source)attach.Source).Address;
        if (_nodes.TryGetValue(path, out var node))
        {
            Answer(attachContext, node);
            return;
        }
        if (Refuses.TryGetValue(path, out var refusal) || !_tokens.Covers(link.Session.Connection, path))
        {
            attachContext.Complete(refusal ?? Unauthorized);
            return;
        }
        Attached.Enqueue(path);
        if (link.Role && new[] { Topic, Polls }.FirstOrDefault(topic => path.Equals(topic.Path, StringComparison.OrdinalIgnoreCase)) is { } entity)
        {
            attach.MaxMessageSize = MaxMessageSize;
            Watch(link, path);
            attachContext.Complete(new LookAlikeIntake(this, entity), 300);
        }
        else if (!link.Role && _queues.TryGetValue(path, out var queue))
        {
            Watch(link, path);
            attachContext.Complete(new LookAlikeOutlet(link, queue), 0);
        }
        else
        {
            attachContext.Complete(new Error(ErrorCode.NotFound) { Description = "The messaging entity could not be found." });
        }
    }

    private static void Answer(AttachContext attachContext, LookAlikeRequests node)
    {
        if (attachContext.Link.Role)
        {
            attachContext.Complete(node, 100);
            return;
        }
        node.Listen(attachContext.Link, attachContext.Attach);
        attachContext.Complete(new LookAlikeAnswers(), 0);
    }

    internal LookAlikeFault? NextFault() => _faults.TryDequeue(out var fault) ? fault : null;

    private void Watch(ListenerLink link, string path)
    {
        _links[link] = path;
        link.AddClosedCallback((_, _) => _links.TryRemove(link, out _));
    }

    private void CloseUncovered(Connection connection, string entity)
    {
        foreach (var (link, path) in _links)
        {
            if (link.Session.Connection == connection && path.StartsWith(entity, StringComparison.OrdinalIgnoreCase))
                link.Close(TimeSpan.Zero, Unauthorized);
        }
    }

    private static string HostAt(int port) => $"127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";

    private ContainerHost Start()
    {
        var host = new ContainerHost([new Address($"amqp://{HostAt(Port)}")]);
        host.Listeners[0].SASL.EnableAnonymousMechanism = true;
        host.Listeners[0].HandlerFactory = _ => new LookAlikeTags();
        host.RegisterLinkProcessor(this);
        host.Open();
        return host;
    }
}
