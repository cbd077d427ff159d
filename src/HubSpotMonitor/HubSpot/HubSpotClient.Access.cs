using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HubSpotMonitor.HubSpot;

/// <summary>Activity, and who has access. Every list has filters, page size and order of its own.</summary>
public sealed partial class HubSpotClient
{
    private const string Marketing = "/marketing/v3/transactional/smtp-tokens";

    /// <summary>Not a dated path: HubSpot documents no successor yet, and its v2 is supported until September 2027.</summary>
    private const string TokenInfo = "/oauth/v2/private-apps/get/access-token-info";

    /// <summary>The largest page that HubSpot documents for security activity and logins.</summary>
    private const int ActivityPage = 200;

    /// <summary>HubSpot names no largest page for the audit log; this is the usual one of its lists, and of users.</summary>
    private const int UsualPage = 100;

    // "v3" stood in front of the name where the dated versions stand behind it.
    private readonly string _users = options.Value.ApiVersion.StartsWith('v')
        ? $"/settings/{options.Value.ApiVersion}/users"
        : $"/settings/users/{options.Value.ApiVersion}";

    /// <summary>Security activity from one instant to another. HubSpot does not say the unit of the times; milliseconds are the usual one.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<ListPage<SecurityRow>> GetSecurityActivityAsync(
        string token, DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellationToken) =>
        GetListAsync(
            $"{_account}/activity/security",
            [("fromTimestamp", Milliseconds(from)), ("toTimestamp", Milliseconds(to)), ("limit", Text(ActivityPage)), ("after", after)],
            token,
            AccessJson.Default.SecurityRow,
            cancellationToken);

    /// <summary>Logins of the last 90 days. There is no filter by time, and the order is not documented.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<ListPage<LoginRow>> GetLoginsAsync(string token, string? after, CancellationToken cancellationToken) =>
        GetListAsync(
            $"{_account}/activity/login",
            [("limit", Text(ActivityPage)), ("after", after)],
            token,
            AccessJson.Default.LoginRow,
            cancellationToken);

    /// <summary>The audit log from one instant to another, oldest first. Enterprise plans only.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<ListPage<AuditRow>> GetAuditLogAsync(
        string token, DateTimeOffset from, DateTimeOffset to, string? after, CancellationToken cancellationToken) =>
        GetListAsync(
            $"{_account}/activity/audit-logs",
            [("occurredAfter", Iso(from)), ("occurredBefore", Iso(to)), ("sort", "occurredAt"), ("limit", Text(UsualPage)), ("after", after)],
            token,
            AccessJson.Default.AuditRow,
            cancellationToken);

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<ListPage<UserRow>> GetUsersAsync(string token, string? after, CancellationToken cancellationToken) =>
        GetListAsync(_users, [("limit", Text(UsualPage)), ("after", after)], token, AccessJson.Default.UserRow, cancellationToken);

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<ListPage<SmtpTokenRow>> GetSmtpTokensAsync(string token, string? after, CancellationToken cancellationToken) =>
        GetListAsync(Marketing, [("limit", Text(UsualPage)), ("after", after)], token, AccessJson.Default.SmtpTokenRow, cancellationToken);

    /// <summary>
    /// What a static token is and may do. The token goes into the body, and since tokens of Europe are only answered with it, into the header too.
    /// </summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<TokenInfoReply> GetTokenInfoAsync(string token, CancellationToken cancellationToken)
    {
        using var request = Get(TokenInfo, token);
        request.Method = HttpMethod.Post;
        request.Content = JsonContent.Create(new TokenInfoQuestion(token), AccessJson.Default.TokenInfoQuestion);
        var answer = await SendAsync(request, TokenInfo, LargestAnswer, cancellationToken);
        return answer.IsGood
            ? Parse(answer.Body, AccessJson.Default.TokenInfoReply, TokenInfo)
            : throw Refusal(answer.Status, answer.Body, answer.Limits, TokenInfo);
    }

    private async Task<ListPage<T>> GetListAsync<T>(
        string path, IEnumerable<(string Name, string? Value)> query, string token, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await GetPageAsync(path, query, token, type, cancellationToken)).Body;

    private async Task<HubSpotAnswer<ListPage<T>>> GetPageAsync<T>(
        string path, IEnumerable<(string Name, string? Value)> query, string token, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var filters = string.Join(
            '&',
            query.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        using var request = Get(filters.Length == 0 ? path : $"{path}?{filters}", token);
        var answer = await SendAsync(request, path, LargestAnswer, cancellationToken);
        if (!answer.IsGood) throw Refusal(answer.Status, answer.Body, answer.Limits, path);
        try
        {
            return new(ListReading.Read(answer.Body, type), answer.Limits);
        }
        // The second: a name in it is no text, for instance half a letter.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's answer to {path} is not the list it documents.", inner: e);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
