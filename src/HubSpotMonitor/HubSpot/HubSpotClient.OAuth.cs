namespace HubSpotMonitor.HubSpot;

/// <summary>Grants and tokens: what opens an account, and whose it is. No message repeats what was sent, and no answer's text is passed on.</summary>
public sealed partial class HubSpotClient
{
    private string TokenPath => $"/oauth/{options.Value.ApiVersion}/token";

    /// <summary>Turns the code that a browser brought back into a grant.</summary>
    /// <param name="app">Ours.</param>
    /// <param name="code">Valid once, for a few minutes.</param>
    /// <param name="redirectUrl">The same as in the address where the person agreed.</param>
    /// <param name="verifier">The other half of the PKCE challenge (RFC 7636), where one was sent.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public Task<GrantReply> ExchangeCodeAsync(OAuthApp app, string code, Uri redirectUrl, string? verifier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(redirectUrl);
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = redirectUrl.OriginalString,
        };
        if (verifier is not null) form["code_verifier"] = verifier;
        return AskTokenAsync(app, form, cancellationToken);
    }

    /// <summary>Asks for a new access token. The answer may hold a new refresh token too: the one sent may then be dead.</summary>
    /// <exception cref="HubSpotException">
    /// <see cref="HubSpotFailure.DeadToken"/>: the grant is no more. Else HubSpot did not answer as asked.
    /// </exception>
    public Task<GrantReply> RefreshAsync(OAuthApp app, string refreshToken, CancellationToken cancellationToken) =>
        AskTokenAsync(app, new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken }, cancellationToken);

    /// <summary>Asks what a refresh token of ours may do.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<IntrospectReply> IntrospectAsync(OAuthApp app, string token, string kind, CancellationToken cancellationToken)
    {
        var path = $"{TokenPath}/introspect";
        var answer = await PostAsync(app, path, new() { ["token"] = token, ["token_type_hint"] = kind }, cancellationToken);
        return answer.IsGood ? Parse(answer.Body, OAuthJson.Default.IntrospectReply, path) : throw GrantRefusal(answer, path);
    }

    /// <summary>Gives a refresh token back. Access tokens made of it live on for up to half an hour.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task RevokeAsync(OAuthApp app, string refreshToken, CancellationToken cancellationToken)
    {
        var path = $"{TokenPath}/revoke";
        var answer = await PostAsync(app, path, new() { ["token"] = refreshToken, ["token_type_hint"] = "refresh_token" }, cancellationToken);
        if (!answer.IsGood) throw GrantRefusal(answer, path);
    }

    /// <summary>Makes a token that speaks for the app itself rather than for an account.</summary>
    /// <exception cref="HubSpotException">HubSpot did not answer as asked.</exception>
    public async Task<GrantReply> GetAppTokenAsync(OAuthApp app, string scope, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(app, TokenPath, new() { ["grant_type"] = "client_credentials", ["scope"] = scope }, cancellationToken);
        return answer.IsGood ? ReadToken(answer) : throw AppRefusal(answer, TokenPath);
    }

    private async Task<GrantReply> AskTokenAsync(OAuthApp app, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(app, TokenPath, form, cancellationToken);
        return answer.IsGood ? ReadToken(answer) : throw GrantRefusal(answer, TokenPath);
    }

    private GrantReply ReadToken(RawAnswer answer)
    {
        var reply = Parse(answer.Body, OAuthJson.Default.GrantReply, TokenPath);
        return IsToken(reply.AccessToken) && (reply.RefreshToken is null || IsToken(reply.RefreshToken))
            ? reply
            : throw new HubSpotException(HubSpotFailure.Malformed, $"HubSpot's answer to {TokenPath} holds no token that can be one.");
    }

    private async Task<RawAnswer> PostAsync(OAuthApp app, string path, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        form["client_id"] = app.ClientId;
        form["client_secret"] = app.ClientSecret;
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        return await SendAsync(request, path, LargestAnswer, cancellationToken);
    }

    /// <summary>HubSpot's tokens have at most some 600 letters; a header takes no blanks and no line breaks.</summary>
    private static bool IsToken(string? text) => text is { Length: > 0 and <= 8192 } && text.IsPlain();

    // RFC 6749, 5.2; HubSpot answers 400 with its own "status" beside "error", and never with the secret.
    private static HubSpotException AppRefusal(RawAnswer answer, string path)
    {
        if ((int)answer.Status is not (400 or 401 or 403)) return Refusal(answer.Status, answer.Body, answer.Limits, path);
        return ((int)answer.Status, ParseError(answer.Body, OAuthJson.Default.OAuthErrorReply)?.Error) switch
        {
            (_, "invalid_scope") => new(HubSpotFailure.MissingScope, "HubSpot gives the app no token with the scope that the journal needs."),
            (_, "unauthorized_client" or "unsupported_grant_type") =>
                new(HubSpotFailure.MissingScope, "HubSpot gives this app no token of its own: the journal is not open to it."),
            (401, _) or (_, "invalid_client") =>
                new(HubSpotFailure.DeadToken, $"HubSpot refuses the app's client id or client secret ({(int)answer.Status})."),
            _ => new(HubSpotFailure.Refused, $"HubSpot refused {path} ({(int)answer.Status})."),
        };
    }

    // "error" first: "status" is HubSpot's own and has more values than are documented.
    private static HubSpotException GrantRefusal(RawAnswer answer, string path)
    {
        if ((int)answer.Status is not (400 or 401 or 403)) return Refusal(answer.Status, answer.Body, answer.Limits, path);
        return ParseError(answer.Body, OAuthJson.Default.OAuthErrorReply) switch
        {
            { Error: "invalid_client" } =>
                new(HubSpotFailure.WrongApp, "HubSpot refuses Connect:ClientId or Connect:ClientSecret: was the client secret rotated?"),
            { Error: "invalid_grant" } or { Status: "BAD_HUB" } =>
                new(HubSpotFailure.DeadToken, "HubSpot refuses the grant: it is used up, expired or revoked, or the app was uninstalled."),
            { Status: "BAD_REDIRECT_URI" } =>
                new(HubSpotFailure.Refused, "HubSpot refuses Connect:RedirectUrl: enter it among the app's redirect URLs, letter for letter."),
            _ => new(HubSpotFailure.Refused, $"HubSpot refused {path} ({(int)answer.Status})."),
        };
    }
}
