using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace HubSpotMonitor.Bus.Links;

/// <summary>
/// Questions to a broker's own nodes, <c>$cbs</c> and <c>$management</c>:
/// https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response.
/// </summary>
internal sealed class Requests
{
    private const int AtOnce = 20;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _waiting = new();
    private readonly string _replyTo;
    private readonly SenderLink _questions;
    private readonly ReceiverLink _answers;

    private Requests(string replyTo, SenderLink questions, ReceiverLink answers)
    {
        (_replyTo, _questions, _answers) = (replyTo, questions, answers);
        answers.AddClosedCallback((_, _) => FailAll());
        answers.Start(AtOnce, OnAnswer);
    }

    public bool IsClosed => _questions.IsClosed || _answers.IsClosed;

    public static async Task<Requests> OpenAsync(Connection connection, string node, CancellationToken cancellationToken)
    {
        var replyTo = $"monitor-{Guid.NewGuid():N}";
        var answers = await Attachment.ReceiverAsync(connection, node, replyTo, cancellationToken);
        var (questions, _) = await Attachment.SenderAsync(connection, node, cancellationToken);
        return new(replyTo, questions, answers);
    }

    /// <exception cref="TimeoutException">No answer came.</exception>
    public async Task<Message> AskAsync(Message question, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        var answer = _waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            question.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
            await _questions.SendAsync(question, Attachment.Limit).WaitAsync(cancellationToken);
            return await answer.Task.WaitAsync(Attachment.Limit, cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    /// <summary>An operation of <c>$management</c>.</summary>
    /// <returns>Its body; null: nothing was found.</returns>
    /// <exception cref="BusException">It was refused.</exception>
    public async Task<Map?> ManageAsync(string operation, Map body, string entity, CancellationToken cancellationToken)
    {
        var question = new Message
        {
            BodySection = new AmqpValue { Value = body },
            ApplicationProperties = new ApplicationProperties { ["operation"] = operation },
        };
        var answer = await AskAsync(question, cancellationToken);
        return StatusOf(answer, "statusCode") switch
        {
            200 => answer.Body as Map,
            204 => null,
            var status =>
                throw new BusException($"The bus answered {status} to {operation} at {entity}.", isPermanent: status is not (408 or 500 or 503)),
        };
    }

    public static int StatusOf(Message answer, string name) => answer.ApplicationProperties?[name] is int status ? status : 0;

    public void Drop()
    {
        Attachment.Drop(_questions);
        Attachment.Drop(_answers);
    }

    private void OnAnswer(IReceiverLink link, Message answer)
    {
        link.Accept(answer);
        if (answer.Properties?.CorrelationId is { } id && _waiting.TryGetValue(id, out var waiting)) waiting.TrySetResult(answer);
    }

    private void FailAll()
    {
        foreach (var waiting in _waiting.Values) waiting.TrySetException(new ObjectDisposedException(_replyTo));
    }
}
