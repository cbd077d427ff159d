using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>An entity's <c>$management</c>: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response.</summary>
internal sealed class LookAlikeManagement(LookAlikeEntity queue) : ILookAlikeNode
{
    private const int LockLost = 410;

    public Message Answer(Message request, Connection from)
    {
        var body = request.Body as Map ?? [];
        var (status, answer) = (request.ApplicationProperties["operation"] as string) switch
        {
            "com.microsoft:renew-lock" => Renew(Tokens(body)),
            "com.microsoft:peek-message" => Peek(body),
            "com.microsoft:update-disposition" => Settle(body),
            _ => (501, null),
        };
        return new Message
        {
            BodySection = new AmqpValue { Value = answer },
            ApplicationProperties = new ApplicationProperties
            {
                ["statusCode"] = status,
                ["statusDescription"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
        };
    }

    private (int Status, Map? Answer) Renew(Guid[] tokens)
    {
        var ends = tokens.Select(queue.Renew).ToList();
        return ends.Contains(null) ? (LockLost, null) : (200, new Map { ["expirations"] = ends.Select(end => end!.Value.UtcDateTime).ToArray() });
    }

    private (int Status, Map? Answer) Peek(Map body)
    {
        var found = queue.Peek(Convert.ToInt64(body["from-sequence-number"], null), Convert.ToInt32(body["message-count"], null));
        if (found.Count == 0) return (204, null);
        List messages = [];
        foreach (var letter in found)
        {
            var bytes = letter.ToMessage().Encode();
            messages.Add(new Map { ["message"] = bytes.Buffer.AsSpan(bytes.Offset, bytes.Length).ToArray() });
        }
        return (200, new Map { ["messages"] = messages });
    }

    private (int Status, Map? Answer) Settle(Map body)
    {
        var isDone = Tokens(body).All(token => (body["disposition-status"] as string) switch
        {
            "completed" => queue.Complete(token),
            "abandoned" => queue.Abandon(token, isCounted: true),
            "suspended" => queue.DeadLetter(token, body["deadletter-reason"] as string, body["deadletter-description"] as string),
            _ => false,
        });
        return (isDone ? 200 : LockLost, null);
    }

    private static Guid[] Tokens(Map body) => body["lock-tokens"] as Guid[] ?? [];
}
