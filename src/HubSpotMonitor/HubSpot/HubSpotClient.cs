using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace HubSpotMonitor.HubSpot;

/// <summary>HubSpot's account API: one method a call, wire records out, every failure a <see cref="HubSpotException"/>.</summary>
public sealed class HubSpotClient(HttpClient http, IOptions<HubSpotOptions> options)
{
    private readonly string _account = $"/account-info/{options.Value.ApiVersion}";

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<HubSpotAnswer<UsageReply>> GetUsageAsync(string token, CancellationToken cancellationToken) =>
        GetAsync($"{_account}/api-usage/daily/private-apps", token, RepliesJson.Default.UsageReply, cancellationToken);

    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<HubSpotAnswer<DetailsReply>> GetDetailsAsync(string token, CancellationToken cancellationToken) =>
        GetAsync($"{_account}/details", token, RepliesJson.Default.DetailsReply, cancellationToken);

    private async Task<HubSpotAnswer<T>> GetAsync<T>(string path, string token, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var body = await ReadAsync(response.Content, cancellationToken);
            var limits = RateLimits.From(response.Headers);
            return response.IsSuccessStatusCode ? new(Parse(body, type, path), limits) : throw Refusal(response.StatusCode, body, limits, path);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's answer to {path} is over {http.MaxResponseContentBufferSize:N0} bytes.", inner: e);
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
    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Timeout);
        await content.LoadIntoBufferAsync(http.MaxResponseContentBufferSize, limit.Token);
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
        var error = ParseError(body);
        return (int)status switch
        {
            401 => new(HubSpotFailure.DeadToken, "HubSpot refuses the token (401): it is wrong, expired, rotated or deactivated.", limits),
            403 => new(HubSpotFailure.MissingScope, $"HubSpot denies {path} (403): {Scopes(error)}.", limits),
            429 when error?.PolicyName == "DAILY" || limits is { DailyRemaining: 0 } =>
                new(HubSpotFailure.DailyLimit, "The account's daily API limit is used up (429, policy DAILY).", limits),
            429 => new(HubSpotFailure.Passing, "HubSpot asks for a slower pace (429).", limits),
            423 => new(HubSpotFailure.Passing, "HubSpot has locked the account for a moment (423).", limits),
            477 => new(HubSpotFailure.Passing, "HubSpot is moving the account to another data centre (477); it can take up to a day.", limits),
            408 or >= 500 => new(HubSpotFailure.Passing, $"HubSpot has trouble of its own ({(int)status}).", limits),
            404 => new(HubSpotFailure.Refused, $"HubSpot does not know {path} (404): is HubSpot:ApiVersion a version it still supports?", limits),
            _ => new(HubSpotFailure.Refused, $"HubSpot refused {path} ({(int)status}).", limits),
        };
    }

    private static string Scopes(ErrorReply? error)
    {
        var scopes = error?.MissingScopes.Distinct().Take(10).ToList() ?? [];
        return scopes.Count == 0 ? "the credential lacks a scope, or the plan lacks the feature" : $"the credential lacks the scope {string.Join(", ", scopes)}";
    }

    private static ErrorReply? ParseError(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RepliesJson.Default.ErrorReply);
        }
        catch (JsonException)
        {
            // An error page of something in between: the status says enough.
            return null;
        }
    }
}

/// <summary>An answer and the counters that came with it.</summary>
public sealed record HubSpotAnswer<T>(T Body, RateLimits? Limits);
