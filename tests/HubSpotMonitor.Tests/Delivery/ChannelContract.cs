using HubSpotMonitor.Delivery;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>What every channel keeps to. A new channel gets these cases by deriving from this class.</summary>
public abstract class ChannelContract : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private ServiceProvider _provider = null!;

    public static TheoryData<string> Situation => [.. Situations.Names];

    /// <summary>What must never be seen outside the request.</summary>
    protected abstract IReadOnlyList<string> Secrets { get; }

    private protected OtherSide Other { get; private set; } = null!;

    private protected IChannel Channel => _provider.GetRequiredService<IChannel>();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract void Add(IServiceCollection services, IConfiguration configuration);

    protected abstract Dictionary<string, string?> Settings(Uri service);

    private protected abstract Task<OtherSide> StartAsync();

    public async ValueTask InitializeAsync()
    {
        Other = await StartAsync();
        _provider = Provide(Settings(Other.Address));
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await Other.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Situation))]
    public async Task A_message_of_every_kind_is_sent_once(string situation)
    {
        await Channel.SendAsync(Situations.Get(situation), Token);
        Other.Received.ShouldHaveSingleItem().ShouldContain(Situations.Get(situation).Finding.Headline);
    }

    [Fact]
    public async Task A_refusal_for_good_is_permanent()
    {
        (await FailAsync(Answer.RefuseForGood)).IsPermanent.ShouldBeTrue();
        Other.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_for_now_is_passing_and_left_to_the_desk()
    {
        (await FailAsync(Answer.RefuseForNow)).IsPermanent.ShouldBeFalse();
        Other.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_hangs_is_passing_within_the_time_limit_and_asked_only_once()
    {
        var failure = await FailAsync(Answer.Hang);
        failure.IsPermanent.ShouldBeFalse();
        failure.Message.ShouldContain("did not answer in time");
        Other.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_passing()
    {
        await Other.DisposeAsync();
        var failure = await FailAsync(Answer.Take);
        failure.IsPermanent.ShouldBeFalse();
        failure.Message.ShouldContain("could not be reached");
    }

    [Fact]
    public async Task Being_cancelled_is_not_a_failure()
    {
        using var stop = new CancellationTokenSource();
        Other.Answer = Answer.Hang;
        var sending = Channel.SendAsync(Messages.Opened(), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData(Answer.Take), InlineData(Answer.RefuseForGood), InlineData(Answer.RefuseForNow), InlineData(Answer.Hang)]
    public async Task No_secret_is_in_an_exception_or_a_log(Answer answer)
    {
        if (answer == Answer.Take)
            await Channel.SendAsync(Messages.Opened(), Token);
        ShouldTellNoSecret(answer == Answer.Take ? null : await FailAsync(answer));
    }

    [Fact]
    public async Task No_secret_is_in_the_exception_of_a_service_that_is_not_there()
    {
        await Other.DisposeAsync();
        ShouldTellNoSecret(await FailAsync(Answer.Take));
    }

    [Fact]
    public async Task A_hostile_name_neither_breaks_a_line_nor_turns_the_reading_direction()
    {
        await Channel.SendAsync(Messages.Hostile(), Token);
        var body = Other.Received.ShouldHaveSingleItem();
        body.ShouldContain("victim@example.com");
        body.ShouldNotContain("\nBcc:", Case.Insensitive);
        body.ShouldNotContain("\u202E");
    }

    [Fact]
    public async Task Without_its_section_the_channel_is_off()
    {
        await using var provider = Provide([]);
        provider.GetServices<IChannel>().ShouldBeEmpty();
    }

    private protected void ShouldTellNoSecret(Exception? failure)
    {
        var told = string.Join('\n', [.. _logs.Lines, failure?.ToString() ?? ""]);
        Secrets.ShouldAllBe(secret => !told.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    private protected Task<DeliveryException> FailAsync(Answer answer)
    {
        Other.Answer = answer;
        if (answer == Answer.Hang)
            ShortenTimeLimit(TimeSpan.FromSeconds(1));
        return Should.ThrowAsync<DeliveryException>(() => Channel.SendAsync(Messages.Opened(), Token));
    }

    /// <summary>Seconds of waiting would prove no more than one.</summary>
    private protected virtual void ShortenTimeLimit(TimeSpan limit)
    {
    }

    private ServiceProvider Provide(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_logs));
        Add(services, new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.ConfigureAll<HttpClientFactoryOptions>(options => options.HttpClientActions.Add(
            client => client.Timeout = Other.Answer == Answer.Hang ? TimeSpan.FromSeconds(1) : client.Timeout));
        return services.BuildServiceProvider(validateScopes: true);
    }
}
