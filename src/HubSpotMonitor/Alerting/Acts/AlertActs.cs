using System.Text.Json.Serialization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Alerting.Acts;

/// <summary>What a person can do with an incident.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertAct>))]
public enum AlertAct
{
    Acknowledge,
    SnoozeHour,
    SnoozeShift,
    SnoozeUntil,
    Expected,
    Resolve,
}

/// <summary>Somebody's wish.</summary>
/// <param name="Act">What to do.</param>
/// <param name="By">The name they gave.</param>
/// <param name="Why">The reason they gave, if any.</param>
/// <param name="Until">For <see cref="AlertAct.SnoozeUntil"/>.</param>
public sealed record ActRequest(AlertAct Act, string By, string? Why, DateTimeOffset? Until)
{
    private const int LongestName = 100;
    private const int LongestReason = 500;

    public static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(30);

    /// <summary>A message's link was the key: nobody knows whether the name is theirs.</summary>
    public bool IsByLink { get; init; }

    /// <summary>The name as it is kept: one that was typed behind a link must not look like one that was signed in.</summary>
    public string Signature => IsByLink ? $"{By.Trim()} (by link)" : By.Trim();

    /// <returns>A sentence for each thing that is wrong.</returns>
    public IEnumerable<string> Wrong(DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(By)) yield return "Say who you are: a name is needed.";
        else if (By.Length > LongestName || By.Any(char.IsControl)) yield return $"The name may have {LongestName} letters and no line breaks.";
        if (Why is { Length: > LongestReason }) yield return $"The reason has {Why.Length} letters; {LongestReason} are allowed.";
        if (Act != AlertAct.SnoozeUntil) yield break;
        if (Until is not { } until) yield return "Until when? Give the end of the snooze.";
        else if (until <= now) yield return "The snooze would be over already: choose a later time.";
        else if (until - now > LongestSnooze) yield return $"A snooze lasts at most {LongestSnooze.Days} days; for longer make a silence.";
    }
}

/// <summary>What people make of an incident. Pure.</summary>
public static class AlertActs
{
    /// <returns>The alert as it is from now on; null when it cannot be done: the incident is over.</returns>
    public static Alert? Next(Alert alert, ActRequest request, AlertContext context, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        ArgumentNullException.ThrowIfNull(request);
        var step = new AlertStep(now, Says(request, now), request.Signature, string.IsNullOrWhiteSpace(request.Why) ? null : request.Why.Trim());
        // The last word wins: what was said before it must not outrank it. That it is over says nothing of whether it was expected.
        var anew = AlertPolicy.WithoutWord(alert).With(step);
        return (alert.State, request.Act) switch
        {
            // Also of an incident that is over: it is the rule that shall learn.
            (_, AlertAct.Expected) => anew with { ExpectedAt = now },
            (AlertState.Resolved, _) => null,
            (_, AlertAct.Acknowledge) => anew with { AcknowledgedAt = now },
            (_, AlertAct.Resolve) => AlertPolicy.Resolve(
                anew with { ExpectedAt = alert.ExpectedAt }, context, now, $"Resolved by {step.By}{(step.Why is null ? "" : $": {step.Why}")}"),
            _ => anew with { SnoozedUntil = SnoozeEnd(request, now) },
        };
    }

    /// <summary>What an alert's history says of it.</summary>
    internal const string ExpectedStep = "Marked as expected";
    private const string ResolvedStep = "Resolved by hand";

    /// <summary>Somebody called it expected, and nobody has taken that back since.</summary>
    public static bool IsCalledExpected(Alert alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return alert.ExpectedAt is not null
            || alert.History.LastOrDefault(step => step.By is not null && step.What != ResolvedStep)?.What == ExpectedStep;
    }

    /// <summary>Whether it says that something is not as expected after all.</summary>
    public static bool TakesBack(AlertAct act) => act is not (AlertAct.Expected or AlertAct.Resolve);

    /// <summary>The word in a link: <c>snooze-1h</c>.</summary>
    public static string Word(AlertAct act) => act switch
    {
        AlertAct.Acknowledge => "ack",
        AlertAct.SnoozeHour => "snooze-1h",
        AlertAct.SnoozeShift => "snooze-8h",
        AlertAct.SnoozeUntil => "snooze-until",
        AlertAct.Expected => "expected",
        AlertAct.Resolve => "resolve",
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };

    /// <summary>The label of a button.</summary>
    public static string Label(AlertAct act) => act switch
    {
        AlertAct.Acknowledge => "Acknowledge",
        AlertAct.SnoozeHour => "Snooze 1 h",
        AlertAct.SnoozeShift => "Snooze 8 h",
        AlertAct.SnoozeUntil => "Snooze until …",
        AlertAct.Expected => "This is expected",
        AlertAct.Resolve => "Resolve",
        _ => throw new ArgumentOutOfRangeException(nameof(act)),
    };

    public static AlertAct? Find(string? word) =>
        Enum.GetValues<AlertAct>().Where(act => Word(act) == word).Select(act => (AlertAct?)act).FirstOrDefault();

    private static DateTimeOffset SnoozeEnd(ActRequest request, DateTimeOffset now) => request.Act switch
    {
        AlertAct.SnoozeHour => now.AddHours(1),
        AlertAct.SnoozeShift => now.AddHours(8),
        _ => request.Until!.Value.ToUniversalTime(),
    };

    private static string Says(ActRequest request, DateTimeOffset now) => request.Act switch
    {
        AlertAct.Acknowledge => "Acknowledged",
        AlertAct.Expected => ExpectedStep,
        AlertAct.Resolve => ResolvedStep,
        _ => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"Snoozed until {SnoozeEnd(request, now).UtcDateTime:d MMM yyyy HH:mm} UTC"),
    };
}
