using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Alerting.Acts;

/// <summary>How an act ended.</summary>
public enum ActOutcome
{
    Done,
    NotFound,

    /// <summary>The incident is over.</summary>
    Over,

    /// <summary>Something about the request is wrong.</summary>
    Refused,
}

/// <summary>How an act ended, in sentences, and the alert as it is now.</summary>
public sealed record ActAnswer(ActOutcome Outcome, IReadOnlyList<string> Sentences, Alert? Alert = null);

/// <summary>What a link leads to.</summary>
public sealed record LinkAnswer(LinkCheck Check, ActToken? Token = null, Alert? Alert = null);

/// <summary>What became of using a link; <see cref="Answer"/> is absent when the link does not act.</summary>
public sealed record LinkUse(LinkCheck Check, ActToken? Token = null, ActAnswer? Answer = null);

/// <summary>Lets people act on incidents: from the page and the API, or with a signed link. Who, when and why is kept in the alert's row.</summary>
public sealed class ActDesk(AlertTable alerts, FeedbackTable feedback, LinkKeyRing keys, IOptions<AlertingOptions> options)
{
    /// <summary>What a link's token tells by itself, so that nothing needs to be read of somebody who has none.</summary>
    public async Task<LinkCheck> CheckAsync(string id, string? token, DateTimeOffset now, CancellationToken cancellationToken) =>
        ActLinks.Read(id, token, await keys.ReadAsync(now, cancellationToken), now).Check;

    /// <summary>Looks at a link and changes nothing: mail scanners open every link.</summary>
    public async Task<LinkAnswer> LookAsync(string id, string? token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (check, read) = ActLinks.Read(id, token, await keys.ReadAsync(now, cancellationToken), now);
        if (read is null) return new(check);
        var alert = await FindAsync(id, cancellationToken);
        return new(check == LinkCheck.Valid ? ActLinks.Check(alert, read) : check, read, alert);
    }

    /// <summary>Does what a link says, once.</summary>
    public async Task<LinkUse> ActByLinkAsync(
        string id, string? token, string? by, string? why, DateTimeOffset? until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (check, read) = ActLinks.Read(id, token, await keys.ReadAsync(now, cancellationToken), now);
        if (check != LinkCheck.Valid) return new(check, read);
        var request = new ActRequest(read!.Act, by ?? "", why, until) { IsByLink = true };
        for (var attempt = 1; attempt <= Contention.Tries; attempt++)
        {
            var stored = await alerts.FindCurrentAsync(id, cancellationToken);
            if (ActLinks.Check(stored?.Alert, read) is var state and not LinkCheck.Valid) return new(state, read);
            if (await TryActAsync(stored!, request, read.Use, now, cancellationToken) is { } answer) return new(LinkCheck.Valid, read, answer);
        }
        throw Contention.Lost($"the alert {id}");
    }

    /// <summary>Does what somebody asks for who may use the page or the API.</summary>
    public async Task<ActAnswer> ActAsync(string id, ActRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Contention.Tries; attempt++)
        {
            if (await alerts.FindCurrentAsync(id, cancellationToken) is not { } stored)
            {
                return new(
                    ActOutcome.NotFound, ["There is no present alert with this id: it is over, and a later one of its kind has taken its place."]);
            }
            if (await TryActAsync(stored, request, null, now, cancellationToken) is { } answer) return answer;
        }
        throw Contention.Lost($"the alert {id}");
    }

    /// <summary>A present alert of any account; null: there is none with this id.</summary>
    public async Task<Alert?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await alerts.FindCurrentAsync(id, cancellationToken))?.Alert;

    // The use of a link stands in the same row as what it did: one write, so nobody can use it twice.
    private async Task<ActAnswer?> TryActAsync(
        StoredAlert stored, ActRequest request, string? use, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Wrong(now).ToList() is { Count: > 0 } wrong) return new(ActOutcome.Refused, wrong, stored.Alert);
        if (AlertActs.Next(stored.Alert, request, AlertContext.Of(stored.Alert, options.Value.DashboardUrl), now) is not { } next)
        {
            var ago = Words.Duration(now - (stored.Alert.ResolvedAt ?? now));
            return new(ActOutcome.Over, [$"This alert was resolved {ago} ago: there is nothing left to do."], stored.Alert);
        }
        if (use is not null) next = next with { UsedLinks = [.. next.UsedLinks, use] };
        // Repeatable, and so before the row that says that it is done.
        if (request.Act == AlertAct.Expected) await feedback.WriteAsync(FeedbackOf(stored.Alert, request, now), cancellationToken);
        // Whatever the alert says of it now: where its severity rose meanwhile, the detection has heard it nevertheless.
        else if (AlertActs.TakesBack(request.Act)) await feedback.WithdrawAsync(stored.Alert, now, cancellationToken);
        if (!await alerts.TryWriteAsync(next, stored, cancellationToken)) return null;
        Telemetry.Changed(stored.Alert, next);
        return new(ActOutcome.Done, [next.History[^1].What], next);
    }

    private static Feedback FeedbackOf(Alert alert, ActRequest request, DateTimeOffset now) => new()
    {
        Portal = alert.Portal.Id,
        Rule = alert.Finding.Rule,
        Subject = alert.Finding.Subject,
        From = alert.Finding.Since,
        To = alert.ResolvedAt ?? now,
        By = request.Signature,
        Why = request.Why,
        At = now,
    };
}
