using System.Globalization;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What every channel keeps to. A new channel gets these cases by deriving from this class.</summary>
public abstract class ChannelContract : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private FakeService _service = null!;
    private ServiceProvider _provider = null!;

    /// <summary>What must never be seen outside the request.</summary>
    protected abstract IReadOnlyList<string> Secrets { get; }

    protected abstract void Add(IServiceCollection services, IConfiguration configuration);

    protected abstract Dictionary<string, string?> Settings(Uri service);

    private IChannel Channel => _provider.GetRequiredService<IChannel>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _service = await FakeService.StartAsync();
        _provider = Provide(Settings(_service.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _service.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_message_is_sent_once()
    {
        await Channel.SendAsync(Messages.Opened(), Token);
        _service.Calls.Count.ShouldBe(1);
        _service.Calls.Single().Body.ShouldContain("6.9x normal");
    }

    [Theory]
    [InlineData(307), InlineData(400), InlineData(401), InlineData(403), InlineData(404), InlineData(410), InlineData(413), InlineData(422)]
    public async Task A_refusal_for_good_is_permanent_and_a_redirect_is_one(int status)
    {
        var failure = await FailAsync(status);
        failure.IsPermanent.ShouldBeTrue();
        _service.Calls.Count.ShouldBe(1);
        failure.Message.ShouldContain(status == 401 ? "refused" : status.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(408), InlineData(425), InlineData(429), InlineData(500), InlineData(502), InlineData(503), InlineData(504)]
    public async Task A_refusal_for_now_is_passing_and_left_to_the_desk(int status)
    {
        (await FailAsync(status)).IsPermanent.ShouldBeFalse();
        _service.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_hangs_is_passing_within_the_time_limit_and_asked_only_once()
    {
        _service.IsHanging = true;
        (await FailAsync(202)).Message.ShouldContain("did not answer in time");
        _service.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_passing()
    {
        await _service.DisposeAsync();
        var failure = await FailAsync(202);
        failure.IsPermanent.ShouldBeFalse();
        failure.Message.ShouldContain("could not be reached");
    }

    [Fact]
    public async Task Being_cancelled_is_not_a_failure()
    {
        using var stop = new CancellationTokenSource();
        _service.IsHanging = true;
        var sending = Channel.SendAsync(Messages.Opened(), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(202), InlineData(400), InlineData(401), InlineData(413), InlineData(503), InlineData(0)]
    public async Task No_secret_is_in_an_exception_or_a_log(int status)
    {
        _service.IsHanging = status == 0;
        var failure = status == 202 ? null : await FailAsync(status);
        if (failure is null)
            await Channel.SendAsync(Messages.Opened(), Token);

        var told = string.Join('\n', [.. _logs.Lines, failure?.ToString() ?? ""]);
        Secrets.ShouldAllBe(secret => !told.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task No_secret_is_in_the_exception_of_a_service_that_is_not_there()
    {
        await _service.DisposeAsync();
        var told = (await FailAsync(202)).ToString();
        Secrets.ShouldAllBe(secret => !told.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_its_section_the_channel_is_off()
    {
        await using var provider = Provide([]);
        provider.GetServices<IChannel>().ShouldBeEmpty();
    }

    /// <summary>Sends through the channel and returns what arrived.</summary>
    internal async Task<FakeService.Call> SendAsync(AlertMessage message)
    {
        await Channel.SendAsync(message, Token);
        return _service.Calls.Single();
    }

    private Task<DeliveryException> FailAsync(int status)
    {
        _service.Status = status;
        return Should.ThrowAsync<DeliveryException>(() => Channel.SendAsync(Messages.Opened(), Token));
    }

    // Seconds of waiting would prove no more than one.
    private void ShortenTimeLimit(HttpClient client) => client.Timeout = _service.IsHanging ? TimeSpan.FromSeconds(1) : client.Timeout;

    private ServiceProvider Provide(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs));
        Add(services, new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpClientActions.Add(ShortenTimeLimit));
        return services.BuildServiceProvider(validateScopes: true);
    }
}
