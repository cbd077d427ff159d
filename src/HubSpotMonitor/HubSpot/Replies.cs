using System.Text.Json;
using System.Text.Json.Serialization;

namespace HubSpotMonitor.HubSpot;

/// <summary>What <c>/account-info/{version}/api-usage/daily/private-apps</c> answers: the rows that could be read.</summary>
public sealed record UsageReply(IReadOnlyList<UsageRow> Results)
{
    /// <summary>The row by its name: HubSpot has sent unrelated rows in the same array, also in front.</summary>
    public UsageRow? PrivateApps => Results.FirstOrDefault(row => row.Name == "private-apps-api-calls-daily");
}

/// <summary>Wire shape of one of its rows. Everything is optional, as the answers have differed from the documents before.</summary>
/// <param name="Name">Which limit the row is about.</param>
/// <param name="UsageLimit">The account's daily ceiling, in calls.</param>
/// <param name="CurrentUsage">Calls since the account's midnight, as of <paramref name="CollectedAt"/>.</param>
/// <param name="CollectedAt">When the figure was measured; minutes ago as a rule.</param>
/// <param name="FetchStatus">SUCCESS, CACHED, FAILURE, NOTFOUND or TIMEOUT; after the last three the figure means nothing.</param>
/// <param name="ResetsAt">When the counter starts again; can be missing, can lie before <paramref name="CollectedAt"/>.</param>
public sealed record UsageRow(
    string? Name, long? UsageLimit, long? CurrentUsage, DateTimeOffset? CollectedAt, string? FetchStatus, DateTimeOffset? ResetsAt);

/// <summary>Wire shape of <c>/account-info/{version}/details</c>, as far as we need it.</summary>
/// <param name="PortalId">The account that the credential belongs to.</param>
/// <param name="TimeZone">IANA name, also old ones such as US/Eastern.</param>
/// <param name="UtcOffsetMilliseconds">The zone's present offset.</param>
public sealed record DetailsReply(long? PortalId, string? TimeZone, long? UtcOffsetMilliseconds);

/// <summary>Wire shape of <c>/webhooks-journal/journal/{version}/…</c>, as far as we need it.</summary>
/// <param name="CurrentOffset">The page's own offset: what follows it is asked for by it.</param>
/// <param name="Url">Where the page is, for a short while. Pre-signed, so a secret too.</param>
public sealed record JournalReply(string? CurrentOffset, string? Url)
{
    /// <summary>Without the address, so that no log line can hold it.</summary>
    public override string ToString() => nameof(JournalReply);
}

/// <summary>Wire shape of an error, as far as we need it. HubSpot sends several; every field is optional in all of them.</summary>
internal sealed record ErrorReply(string? PolicyName, ErrorContext? Context, IReadOnlyList<ErrorDetail>? Errors)
{
    public IEnumerable<string> MissingScopes =>
        (Context?.MissingScopes ?? [])
            .Concat((Errors ?? []).SelectMany(error => error?.Context?.RequiredGranularScopes ?? error?.Context?.MissingScopes ?? []));
}

internal sealed record ErrorDetail(ErrorContext? Context);

internal sealed record ErrorContext(IReadOnlyList<string>? MissingScopes, IReadOnlyList<string>? RequiredGranularScopes);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, MaxDepth = 16)]
[JsonSerializable(typeof(DetailsReply))]
[JsonSerializable(typeof(JournalReply))]
[JsonSerializable(typeof(ErrorReply))]
internal sealed partial class RepliesJson : JsonSerializerContext;
