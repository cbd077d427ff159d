using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace HubSpotMonitor.HubSpot;

/// <summary>HubSpot's account API: one method a call, wire records out, every failure a <see cref="HubSpotException"/>.</summary>
public sealed partial class HubSpotClient(HttpClient http, IOptions<HubSpotOptions> options)
{
    /// <summary>The usage reply has some hundred bytes; a thousand times that is no answer of HubSpot's.</summary>
    private const int LargestAnswer = 1024 * 1024;

    /// <summary>HubSpot names no size of a journal's page; this is four of the largest bodies that it pushes.</summary>
    private const int LargestPage = 32 * 1024 * 1024;

    private readonly string _account = $"/account-info/{options.Value.ApiVersion}";

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<HubSpotAnswer<UsageReply>> GetUsageAsync(string token, CancellationToken cancellationToken)
    {
        var answer = await GetPageAsync($"{_account}/api-usage/daily/private-apps", [], token, AccessJson.Default.UsageRow, cancellationToken);
        return new(new(answer.Body.Items), answer.Limits);
    }

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<HubSpotAnswer<DetailsReply>> GetDetailsAsync(string token, CancellationToken cancellationToken) =>
        GetAsync($"{_account}/details", token, RepliesJson.Default.DetailsReply, cancellationToken);

    /// <summary>Asks for the journal's page at a place: <c>latest</c>, <c>earliest</c>, or the one after an offset.</summary>
    /// <returns>Null: there is none yet.</returns>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<JournalReply?> GetJournalAsync(string token, string place, CancellationToken cancellationToken)
    {
        var path = $"/webhooks-journal/journal/{options.Value.ApiVersion}/{place}";
        using var request = Get(path, token);
        var answer = await SendAsync(request, path, LargestAnswer, cancellationToken);
        if (!answer.IsGood) throw Refusal(answer.Status, answer.Body, answer.Limits, path);
        return answer.Status == HttpStatusCode.NoContent ? null : Parse(answer.Body, RepliesJson.Default.JournalReply, path);
    }

    /// <summary>
    /// Fetches a page of the journal from its pre-signed address. That lies on another host: it gets no token, and since whoever has the
    /// address has the page, no message holds it.
    /// </summary>
    /// <exception cref="HubSpotException">There was no page.</exception>
    public async Task<byte[]> GetJournalPageAsync(Uri url, CancellationToken cancellationToken)
    {
        const string Name = "the address of a journal page";
        // This machine only when HubSpot itself is simulated on it: nobody's answer may send us to a neighbour's door. A bare address is no
        // storage service's; a name that leads into our network has no certificate there that we would take.
        var isSimulated = url.IsLoopback && options.Value.BaseUrl.IsLoopback;
        if (isSimulated
            ? url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps
            : url.IsLoopback || url.HostNameType != UriHostNameType.Dns || url.Scheme != Uri.UriSchemeHttps)
        {
            throw new HubSpotException(HubSpotFailure.Malformed, "HubSpot's journal names a page that is not at an https address with a host name.");
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        var answer = await SendAsync(request, Name, LargestPage, cancellationToken);
        return answer.IsGood ? answer.Body : throw new HubSpotException(HubSpotFailure.Passing, $"HubSpot refused {Name} ({(int)answer.Status}).");
    }

    private async Task<HubSpotAnswer<T>> GetAsync<T>(string path, string token, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = Get(path, token);
        var answer = await SendAsync(request, path, LargestAnswer, cancellationToken);
        return answer.IsGood ? new(Parse(answer.Body, type, path), answer.Limits) : throw Refusal(answer.Status, answer.Body, answer.Limits, path);
    }

    private static HttpRequestMessage Get(string path, string token) =>
        new(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    private async Task<RawAnswer> SendAsync(HttpRequestMessage request, string path, int largest, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await ReadAsync(response.Content, largest, cancellationToken);
            return new(response.StatusCode, response.IsSuccessStatusCode, body, RateLimits.From(response.Headers));
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's answer to {path} is over {largest:N0} bytes.", inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new HubSpotException(HubSpotFailure.Passing, $"HubSpot could not be reached ({e.HttpRequestError}).", inner: e);
        }
        catch (Exception e) when (e is TimeoutRejectedException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new HubSpotException(HubSpotFailure.Passing, $"HubSpot gave no answer to {path} in time.", inner: e);
        }
    }

    // The resilience handler keeps the time until the headers are there; a body that stops half-way would be waited for without end.
    private async Task<byte[]> ReadAsync(HttpContent content, int largest, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Timeout);
        await content.LoadIntoBufferAsync(largest, limit.Token);
        return await content.ReadAsByteArrayAsync(limit.Token);
    }

    private static T Parse<T>(byte[] body, JsonTypeInfo<T> type, string path)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's answer to {path} is not the JSON it documents.", inner: e);
        }
    }

    // Status codes: developers.hubspot.com, "Error handling"; 429 bodies: "API usage guidelines and limits".
    private static HubSpotException Refusal(HttpStatusCode status, byte[] body, RateLimits? limits, string path)
    {
        var error = ParseError(body, RepliesJson.Default.ErrorReply);
        return (int)status switch
        {
            401 => new(HubSpotFailure.DeadToken, "HubSpot refuses the token (401): it is wrong, expired, rotated or deactivated.", limits),
            403 => new(HubSpotFailure.MissingScope, $"HubSpot denies {path} (403): {Scopes(error)}.", limits),
            429 when error?.PolicyName == "DAILY" || limits is { DailyRemaining: 0 } =>
                new(HubSpotFailure.DailyLimit, "The account's daily API limit is used up (429, policy DAILY).", limits),
            429 => new(HubSpotFailure.TooFast, "HubSpot asks for a slower pace (429).", limits),
            423 => new(HubSpotFailure.Passing, "HubSpot has locked the account for a moment (423).", limits),
            477 => new(HubSpotFailure.Passing, "HubSpot is moving the account to another data centre (477); it can take up to a day.", limits),
            408 or >= 500 => new(HubSpotFailure.Passing, $"HubSpot has trouble of its own ({(int)status}).", limits),
            404 => new(HubSpotFailure.Refused, $"HubSpot does not know {path} (404): is HubSpot:ApiVersion a version it still supports?", limits)
            {
                IsUnknown = true,
            },
            _ => new(HubSpotFailure.Refused, $"HubSpot refused {path} ({(int)status}).", limits),
        };
    }

    private static string Scopes(ErrorReply? error)
    {
        var scopes = error?.MissingScopes.Distinct().Take(10).ToList() ?? [];
        return scopes.Count == 0
            ? "the credential lacks a scope, or the plan lacks the feature"
            : $"the credential lacks the scope {string.Join(", ", scopes)}";
    }

    private static T? ParseError<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            // An error page of something in between: the status says enough.
            return null;
        }
    }

    private sealed record RawAnswer(HttpStatusCode Status, bool IsGood, byte[] Body, RateLimits? Limits);
}

/// <summary>An answer and the counters that came with it.</summary>
public sealed record HubSpotAnswer<T>(T Body, RateLimits? Limits);
