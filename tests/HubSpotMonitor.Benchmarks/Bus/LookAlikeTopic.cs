using System.Text.RegularExpressions;
using Amqp;
using Amqp.Framing;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>A topic: takes batches apart, forgets repeats, copies the rest to the subscriptions whose filters let it through.</summary>
public sealed partial class LookAlikeTopic(string path, TimeProvider clock)
{
    private const uint BatchFormat = 0x80013700;

    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _seen = [];
    private readonly List<(LookAlikeEntity Queue, Predicate<Message> Filter)> _subscriptions = [];
    private long _sequence;

    public string Path { get; } = path;

    /// <summary>Every message that came, repeats among them.</summary>
    public List<Message> Received { get; } = [];

    public int Repeats { get; private set; }

    /// <summary>How many transfers brought them.</summary>
    public int Transfers { get; private set; }

    public IEnumerable<LookAlikeEntity> Queues => _subscriptions.Select(subscription => subscription.Queue);

    /// <param name="name">Also the channel's.</param>
    /// <param name="filter">A rule in SQL: 1=1, or property LIKE '%…%'.</param>
    public LookAlikeEntity Subscribe(string name, string filter)
    {
        var path = $"{Path}/Subscriptions/{name}";
        var queue = new LookAlikeEntity(path, new LookAlikeEntity($"{path}/$DeadLetterQueue", null, clock), clock);
        _subscriptions.Add((queue, Compile(filter)));
        return queue;
    }

    /// <summary>What comes is received from where it is sent to: then it is a queue.</summary>
    public LookAlikeEntity AsQueue()
    {
        var queue = new LookAlikeEntity(Path, new LookAlikeEntity($"{Path}/$DeadLetterQueue", null, clock), clock);
        _subscriptions.Add((queue, _ => true));
        return queue;
    }

    public void Take(Message transfer)
    {
        lock (_lock)
        {
            Transfers++;
            foreach (var message in Apart(transfer)) TakeOne(message);
        }
    }

    private static IEnumerable<Message> Apart(Message transfer) => transfer switch
    {
        { Format: BatchFormat, BodySection: DataList list } => Enumerable.Range(0, list.Count).Select(index => Decoded(list[index])),
        { Format: BatchFormat, BodySection: Data only } => [Decoded(only)],
        _ => [transfer],
    };

    private void TakeOne(Message message)
    {
        Received.Add(message);
        var now = clock.GetUtcNow();
        if (message.Properties?.MessageId is { } id)
        {
            if (_seen.TryGetValue(id, out var before) && now - before < DuplicateWindow)
            {
                Repeats++;
                return;
            }
            _seen[id] = now;
        }
        var encoded = message.Encode();
        var bytes = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();
        _sequence++;
        foreach (var (queue, _) in _subscriptions.Where(subscription => subscription.Filter(message))) queue.Put(new(_sequence, bytes, now));
    }

    private static Message Decoded(Data data)
    {
        var bytes = data.Binary;
        return Message.Decode(new ByteBuffer(bytes, 0, bytes.Length, bytes.Length));
    }

    private static Predicate<Message> Compile(string filter)
    {
        if (filter == "1=1") return _ => true;
        var match = Like().Match(filter);
        if (!match.Success) throw new ArgumentException($"The look-alike knows no filter like {filter}.", nameof(filter));
        var (property, part) = (match.Groups[1].Value, match.Groups[2].Value);
        return message => message.ApplicationProperties?[property] is string value && value.Contains(part, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^(\w+) LIKE '%([^%']*)%'\z")]
    private static partial Regex Like();
}
