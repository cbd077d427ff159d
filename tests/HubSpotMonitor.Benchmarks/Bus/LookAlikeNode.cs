using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>A node that answers requests.</summary>
internal interface ILookAlikeNode
{
    Message Answer(Message request, Connection from);
}

/// <summary>
/// Requests to one node, answered on the link that the request names: by its address, as we do, or by its name, as Microsoft's client does.
/// </summary>
internal sealed class LookAlikeRequests(ILookAlikeNode node) : LinkEndpoint
{
    private readonly ConcurrentDictionary<(Connection Connection, string ReplyTo), ListenerLink> _answers = new();

    public void Listen(ListenerLink link, Attach attach)
    {
        var connection = link.Session.Connection;
        string?[] names = [attach.LinkName, (attach.Target as Target)?.Address];
        foreach (var name in names.OfType<string>())
        {
            _answers[(connection, name)] = link;
            link.AddClosedCallback((_, _) => _answers.TryRemove((connection, name), out _));
        }
    }

    public override void OnMessage(MessageContext messageContext)
    {
        var request = messageContext.Message;
        var connection = messageContext.Link.Session.Connection;
        if (!_answers.TryGetValue((connection, request.Properties.ReplyTo), out var link))
        {
            messageContext.Complete(new Error(ErrorCode.NotFound));
            return;
        }
        messageContext.Complete();
        var answer = node.Answer(request, connection);
        answer.Properties = new Properties();
        answer.Properties.SetCorrelationId(request.Properties.GetMessageId());
        link.SendMessage(answer);
    }

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }
}

/// <summary>The half of a pair on which answers go out: it only has to be there.</summary>
internal sealed class LookAlikeAnswers : LinkEndpoint
{
    public override void OnMessage(MessageContext messageContext)
    {
    }

    public override void OnFlow(FlowContext flowContext)
    {
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
    }
}
