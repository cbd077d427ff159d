using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Webhooks;

/// <summary>Section <c>Webhooks</c>: the events that HubSpot pushes. Off while neither address nor secret is set.</summary>
public sealed class WebhooksOptions
{
    /// <summary>
    /// The address that HubSpot calls, exactly as it stands in the app's webhook settings: HubSpot signs it. It is never taken from the
    /// request, since proxies change it and a caller could choose it.
    /// </summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The app's client secret, and after it the one before while a rotation is under way.</summary>
    public IList<string> Secrets { get; } = [];

    /// <summary>Whether a request without a v3 signature may carry one of version 2 (workflow actions do). It cannot stop replays.</summary>
    public bool AllowV2 { get; set; }

    /// <summary>Whether a request without a v3 signature may carry one of version 1. It cannot stop replays and does not sign the address.</summary>
    public bool AllowV1 { get; set; }

    /// <summary>The app whose events are wanted; those of others are counted and dropped. Not set: any app that holds the secret.</summary>
    public long? AppId { get; set; }

    /// <summary>What is larger is refused unread. 100 events with the longest property values that HubSpot keeps (65,536 letters) are 7 MB.</summary>
    public int MaxBodyBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How many days events and dead letters are kept. HubSpot repeats an event for a day, so that two are the least.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>The app's client id: with it the monitor also reads the app's webhooks journal. Not set: no journal.</summary>
    public string? JournalClientId { get; set; }

    /// <summary>Whether the monitor reads the journal too.</summary>
    public bool IsJournalOn => !string.IsNullOrWhiteSpace(JournalClientId);

    /// <summary>Whether the monitor receives webhooks.</summary>
    public bool IsOn => PublicUrl is not null || Secrets.Any(secret => !string.IsNullOrWhiteSpace(secret));
}

internal sealed class WebhooksOptionsValidator : IValidateOptions<WebhooksOptions>
{
    private const int LeastBody = 1024;
    private const int MostBody = 64 * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, WebhooksOptions options)
    {
        if (!options.IsOn)
        {
            return options.AllowV1 || options.AllowV2 || options.AppId is not null || options.IsJournalOn
                ? ValidateOptionsResult.Fail("Webhooks: set Webhooks__PublicUrl and Webhooks__Secrets__0, or no Webhooks setting at all.")
                : ValidateOptionsResult.Success;
        }
        return Wrong(options).Concat(options.Secrets.SelectMany(WrongSecret)).ToResult();
    }

    private static IEnumerable<string> Wrong(WebhooksOptions options)
    {
        if (options.Secrets.Count == 0 || string.IsNullOrWhiteSpace(options.Secrets[0]))
            yield return "Webhooks:Secrets:0 is missing: set the client secret of the app that sends the webhooks. Without it nothing can be told from a forgery.";
        if (options.PublicUrl is not { IsAbsoluteUri: true, Fragment: "" } url || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback))
            yield return $"Webhooks:PublicUrl is '{options.PublicUrl.Shown()}': write the https address that HubSpot calls, for example https://monitor.example.com/webhooks/hubspot.";
        if (options.AppId <= 0) yield return $"Webhooks:AppId is {options.AppId}: set the number of the app, or leave it out.";
        if (options.MaxBodyBytes is < LeastBody or > MostBody)
            yield return $"Webhooks:MaxBodyBytes is {options.MaxBodyBytes}: choose between {LeastBody} and {MostBody}.";
        if (options.JournalClientId?.IsPlain() == false)
            yield return "Webhooks:JournalClientId holds a blank, a line break or another letter that no client id has.";
        if (options.KeepDays is < 2 or > 3650) yield return $"Webhooks:KeepDays is {options.KeepDays}: choose between 2 and 3650.";
    }

    private static IEnumerable<string> WrongSecret(string secret, int index)
    {
        if (string.IsNullOrWhiteSpace(secret)) yield break; // a previous secret that is left empty is none
        if (secret.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
            yield return $"Webhooks:Secrets:{index} is an access token, but HubSpot signs with the app's client secret: it stands on the app's Auth page.";
        else if (!secret.IsPlain())
            yield return $"Webhooks:Secrets:{index} holds a blank, a line break or another letter that no secret has.";
    }
}
