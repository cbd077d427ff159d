using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using HubSpotMonitor.Store.Secrets;
using Microsoft.AspNetCore.DataProtection;

namespace HubSpotMonitor.Tests.Store;

/// <summary>What every keeper of secrets does, and what each says when it cannot.</summary>
public sealed class SecretKeeperTests
{
    private const string Secret = "na1-00000000-0000-4000-8000-000000004711";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_kept_opens_again_and_the_row_shows_nothing_of_it(bool inVault)
    {
        var keeper = inVault ? new FakeVault().Keeper : Protected(new EphemeralDataProtectionProvider());
        var (first, second) = (await keeper.KeepAsync("hubspot-grant-1", Secret, Stop), await keeper.KeepAsync("hubspot-grant-1", "another", Stop));
        (await keeper.OpenAsync("hubspot-grant-1", first, Stop)).ShouldBe(Secret);
        (await keeper.OpenAsync("hubspot-grant-1", second, Stop)).ShouldBe("another");
        first.ShouldNotContain(Secret[..8]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_secret_opens_under_no_other_name(bool inVault)
    {
        var keeper = inVault ? new FakeVault().Keeper : Protected(new EphemeralDataProtectionProvider());
        var kept = await keeper.KeepAsync("hubspot-grant-1", Secret, Stop);
        (await Should.ThrowAsync<SecretException>(keeper.OpenAsync("hubspot-grant-2", kept, Stop))).IsLost.ShouldBeTrue();
    }

    [Fact]
    public async Task With_other_keys_nothing_opens()
    {
        var kept = await Protected(new EphemeralDataProtectionProvider()).KeepAsync("hubspot-grant-1", Secret, Stop);
        var refusal = await Should.ThrowAsync<SecretException>(
            Protected(new EphemeralDataProtectionProvider()).OpenAsync("hubspot-grant-1", kept, Stop));
        (refusal.IsLost, refusal.Message.Contains("DataProtectionKeys", StringComparison.Ordinal)).ShouldBe((true, true));
    }

    [Theory]
    [InlineData(403, "Key Vault refuses the monitor: give its identity the role Key Vault Secrets Officer")]
    [InlineData(400, "Key Vault does not answer as asked (400)")]
    public async Task A_vault_that_refuses_is_told_and_may_pass(int status, string sentence)
    {
        var keeper = new FakeVault { Refuses = (HttpStatusCode)status }.Keeper;
        var refusal = await Should.ThrowAsync<SecretException>(keeper.KeepAsync("hubspot-grant-1", Secret, Stop));
        refusal.IsLost.ShouldBeFalse();
        refusal.Message.ShouldStartWith(sentence);
        refusal.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)] // what the tries ended with comes out as one exception of another kind
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    public async Task A_vault_that_cannot_be_reached_is_told_and_may_pass(bool hangs, int retries)
    {
        var keeper = new FakeVault { IsAway = !hangs, Hangs = hangs, Retries = retries }.Keeper;
        Func<Task>[] acts = [() => keeper.KeepAsync("hubspot-grant-1", Secret, Stop), () => keeper.OpenAsync("hubspot-grant-1", "1", Stop)];
        foreach (var act in acts)
        {
            var refusal = await Should.ThrowAsync<SecretException>(act);
            (refusal.IsLost, refusal.Message).ShouldBe((false, "Key Vault does not answer."));
            refusal.ToString().ShouldNotContain(Secret);
        }
    }

    [Fact]
    public async Task Who_is_stopped_while_the_vault_is_asked_is_stopped()
    {
        var keeper = new FakeVault { Hangs = true }.Keeper;
        await Should.ThrowAsync<OperationCanceledException>(() => keeper.OpenAsync("hubspot-grant-1", "1", new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_host_that_cannot_encrypt_keeps_nothing()
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            async () => await new ProtectedSecrets(SecretProtector.None).KeepAsync("hubspot-grant-1", Secret, Stop));
        refusal.Message.ShouldStartWith("This host cannot encrypt");
    }

    private static ISecretKeeper Protected(IDataProtectionProvider provider) =>
        new ProtectedSecrets(new(
            (name, secret) => provider.CreateProtector(name).Protect(secret),
            (name, kept) => provider.CreateProtector(name).Unprotect(kept)));

    /// <summary>The two calls of Key Vault's REST API that are used (Secrets, 7.x).</summary>
    private sealed class FakeVault : HttpMessageHandler
    {
        private readonly ConcurrentDictionary<string, string> _versions = new();

        public HttpStatusCode? Refuses { get; init; }

        public bool IsAway { get; init; }

        public bool Hangs { get; init; }

        public int Retries { get; init; }

        public ISecretKeeper Keeper => new KeyVaultSecrets(new SecretClient(new("https://vault.example"), new NoCredential(), new SecretClientOptions
        {
            Transport = new HttpClientTransport(this),
            Retry = { MaxRetries = Retries, Delay = TimeSpan.FromMilliseconds(1), NetworkTimeout = TimeSpan.FromMilliseconds(Hangs ? 100 : 10_000) },
            DisableChallengeResourceVerification = true,
        }));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (IsAway) throw new HttpRequestException("No route to host.");
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            if (Refuses is { } status) return new(status) { Content = new StringContent("{}") };
            // The first call asks without a token, and without a body, who gives tokens.
            if (request.Headers.Authorization is null)
            {
                return new(HttpStatusCode.Unauthorized)
                {
                    Headers =
                    {
                        WwwAuthenticate = { new("Bearer", "authorization=\"https://login.example/tenant\", resource=\"https://vault.example\"") },
                    },
                };
            }
            var path = request.RequestUri!.AbsolutePath.Trim('/');
            if (request.Method == HttpMethod.Put)
            {
                path += $"/{Guid.NewGuid():N}";
                _versions[path] = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["value"]!.GetValue<string>();
            }
            return _versions.TryGetValue(path, out var value)
                ? new(HttpStatusCode.OK)
                {
                    Content = new StringContent(
                        new JsonObject { ["value"] = value, ["id"] = $"https://vault.example/{path}", ["attributes"] = new JsonObject() }
                            .ToJsonString()),
                }
                : new(HttpStatusCode.NotFound) { Content = new StringContent("{}") };
        }
    }
}
