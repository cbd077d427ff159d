using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>
/// Takes mails as SendGrid does, cards as a Teams workflow, messages as Slack and
/// findings as a receiver of webhooks, and shows them as a person would see them.
/// </summary>
public sealed class InboxServer : IAsyncDisposable
{
    private readonly Mailbox _mailbox;
    private LoopbackServer? _server;

    private InboxServer(TimeProvider clock) => _mailbox = new(clock);

    public Uri Address => _server!.Address;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<InboxMessage> Messages => _mailbox.Messages;

    /// <param name="clock">Tells when a message arrived.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<InboxServer> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var inbox = new InboxServer(clock);
        inbox._server = await LoopbackServer.StartAsync(inbox.Map, cancellationToken);
        return inbox;
    }

    /// <summary>Refuses the next messages of a kind.</summary>
    public void FailNext(InboxKind kind, int status, int count) => _mailbox.FailNext(kind, status, count);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v3/mail/send", TakeMailAsync);
        routes.MapPost("/workflows/{*name}", TakeCardAsync);
        routes.MapPost("/services/{*name}", TakeSlackAsync);
        routes.MapPost("/findings", TakeFindingAsync);
        routes.MapGet("/", context =>
        {
            context.Response.Redirect("/inbox");
            return Task.CompletedTask;
        });
        routes.MapGet("/inbox", context => InboxPage.WriteAsync(context, _mailbox));
        routes.MapGet("/inbox/messages", context => AnswerAsync(context, 200, _mailbox.Messages, InboxJson.Default.IReadOnlyListInboxMessage));
        routes.MapGet("/inbox/last", context => context.Response.WriteAsync($"{_mailbox.LastId}", context.RequestAborted));
        routes.MapGet("/inbox/inbox.css", context => InboxPage.WriteFileAsync(context, "inbox.css", "text/css"));
        routes.MapGet("/inbox/inbox.js", context => InboxPage.WriteFileAsync(context, "inbox.js", "text/javascript"));
    }

    private async Task TakeMailAsync(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal) || authorization.Length == "Bearer ".Length)
        {
            await RefuseMailAsync(context, 401, [new("The provided authorization grant is invalid, expired, or revoked", null)]);
            return;
        }
        var mail = await ReadAsync(context);
        if (_mailbox.NextFailure(InboxKind.Mail) is { } failure)
        {
            await RefuseMailAsync(context, failure, [new("This inbox was told to refuse.", null)]);
            return;
        }
        var errors = MailCheck.Check(mail);
        if (errors.Count > 0)
        {
            await RefuseMailAsync(context, 400, errors);
            return;
        }
        var subject = mail.Text("subject") ?? mail.Items("personalizations").First().Text("subject")!;
        var message = _mailbox.Add(InboxKind.Mail, subject, mail);
        context.Response.Headers["X-Message-Id"] = $"inbox-{message.Id}";
        context.Response.StatusCode = 202;
    }

    private async Task TakeCardAsync(HttpContext context)
    {
        var message = await ReadAsync(context);
        if (_mailbox.NextFailure(InboxKind.Card) is { } failure)
        {
            await RefuseCardAsync(context, failure, "This inbox was told to refuse.");
            return;
        }
        var cards = AdaptiveCard.Of(message);
        if (cards.Count == 0)
        {
            await RefuseCardAsync(context, 400, "The body must be {\"type\":\"message\",\"attachments\":[…]} with at least one Adaptive Card.");
            return;
        }
        _mailbox.Add(InboxKind.Card, AdaptiveCard.Title(cards[0]), message);
        context.Response.StatusCode = 202;
    }

    private async Task TakeSlackAsync(HttpContext context)
    {
        var message = await ReadAsync(context);
        var (status, says) = _mailbox.NextFailure(InboxKind.Slack) is { } failure ? (failure, "rollup_error") : SlackView.Check(message);
        if (status != 200)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(says, context.RequestAborted);
            return;
        }
        _mailbox.Add(InboxKind.Slack, message.Text("text") ?? "Slack message", message);
        await context.Response.WriteAsync("ok", context.RequestAborted);
    }

    private async Task TakeFindingAsync(HttpContext context)
    {
        var finding = await ReadAsync(context);
        var isSigned = context.Request.Headers["webhook-signature"].ToString().StartsWith("v1,", StringComparison.Ordinal);
        context.Response.StatusCode = _mailbox.NextFailure(InboxKind.Webhook)
            ?? (!isSigned ? 401 : finding.ValueKind != JsonValueKind.Object ? 400 : 202);
        if (context.Response.StatusCode == 202)
            _mailbox.Add(InboxKind.Webhook, finding.Text("message") ?? "Finding", finding);
    }

    /// <summary>What is no JSON reads as nothing, and is refused for that.</summary>
    private static async Task<JsonElement> ReadAsync(HttpContext context)
    {
        try
        {
            using var json = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static Task RefuseMailAsync(HttpContext context, int status, IReadOnlyList<MailError> errors) =>
        AnswerAsync(context, status, new MailErrors(errors), InboxJson.Default.MailErrors);

    private static Task RefuseCardAsync(HttpContext context, int status, string message) =>
        AnswerAsync(context, status, new WorkflowError(new("InvalidRequestContent", message)), InboxJson.Default.WorkflowError);

    private static Task AnswerAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, type, cancellationToken: context.RequestAborted);
    }
}
