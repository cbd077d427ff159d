using Amqp;
using Amqp.Framing;

namespace HubSpotMonitor.Bus.Links;

/// <summary>
/// Opens links and waits until the broker has said yes. Each in a session of its own, since some brokers end a whole session for one link's fault.
/// </summary>
internal static class Attachment
{
    /// <summary>Also the time in which a broker must have accepted a connection.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public static async Task<(SenderLink Link, ulong LargestMessage)> SenderAsync(
        Connection connection, string entity, CancellationToken cancellationToken)
    {
        Answer answer = new(attach => attach.Target is not null);
        var link = new SenderLink(
            new Session(connection),
            Name("send"),
            new Attach { Source = new Source { Address = "monitor" }, Target = new Target { Address = entity } },
            (_, attach) => answer.Take(attach));
        var attach = await answer.OfAsync(link, entity, cancellationToken);
        return (link, attach.MaxMessageSize);
    }

    /// <param name="connection">Where.</param>
    /// <param name="entity">What is received from.</param>
    /// <param name="replyTo">For answers to requests: what they are addressed to. Null: messages, which are locked until they are settled.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<ReceiverLink> ReceiverAsync(Connection connection, string entity, string? replyTo, CancellationToken cancellationToken)
    {
        Answer answer = new(attach => attach.Source is not null);
        var link = new ReceiverLink(
            new Session(connection), Name("receive"),
            new Attach
            {
                Source = new Source { Address = entity },
                Target = new Target { Address = replyTo ?? "monitor" },
                SndSettleMode = replyTo is null ? SenderSettleMode.Unsettled : SenderSettleMode.Settled,
            },
            (_, attach) => answer.Take(attach));
        await answer.OfAsync(link, entity, cancellationToken);
        return link;
    }

    /// <summary>Never waits for the other side, which may be frozen.</summary>
    public static void Drop(Link? link)
    {
        if (link is null) return;
        try
        {
            // The link too, since who waits on it would not hear of its session's end.
            link.Close(TimeSpan.Zero);
            link.Session.Close(TimeSpan.Zero);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException or IOException)
        {
            // It is gone already.
        }
    }

    private static string Name(string what) => $"hubspot-monitor-{what}-{Guid.NewGuid():N}";

    // A refused link looks accepted first: the broker's attach lacks its target (or source) then, and the reason follows in its detach.
    private sealed class Answer(Predicate<Attach> isYes)
    {
        private readonly TaskCompletionSource<Attach> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Take(Attach attach)
        {
            if (isYes(attach)) _answer.TrySetResult(attach);
        }

        public async Task<Attach> OfAsync(Link link, string entity, CancellationToken cancellationToken)
        {
            link.AddClosedCallback(
                (_, error) => _answer.TrySetException(error is null ? new ObjectDisposedException(entity) : new AmqpException(error)));
            try
            {
                return await _answer.Task.WaitAsync(Limit, cancellationToken);
            }
            catch
            {
                Drop(link);
                throw;
            }
        }
    }
}
