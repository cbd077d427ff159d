using HubSpotMonitor.Delivery.Smtp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Delivery.Smtp;

public sealed class SmtpChannelTests : ChannelContract
{
    protected override IReadOnlyList<string> Secrets => ["p4ssword", "monitor-user", "oncall@example.com", "deputy@example.com"];

    private FakeSmtp Server => (FakeSmtp)Other;

    protected override void Add(IServiceCollection services, IConfiguration configuration) => services.AddSmtpChannel(configuration);

    protected override Dictionary<string, string?> Settings(Uri service) => new()
    {
        ["Delivery:Smtp:Host"] = service.Host,
        ["Delivery:Smtp:Port"] = $"{service.Port}",
        ["Delivery:Smtp:Security"] = "None",
        ["Delivery:Smtp:User"] = "monitor-user",
        ["Delivery:Smtp:Password"] = "p4ssword",
        ["Delivery:Smtp:From"] = "HubSpotMonitor <monitor@example.com>",
        ["Delivery:Smtp:To:0"] = "oncall@example.com",
        ["Delivery:Smtp:To:1"] = "deputy@example.com",
        ["Delivery:Smtp:To:2"] = "OnCall@example.com",
    };

    [Fact]
    public async Task Everybody_gets_both_parts_once_from_the_configured_sender()
    {
        await Channel.SendAsync(Messages.Opened(), Token);
        var mail = Server.Mails.ShouldHaveSingleItem();
        mail.From.ToString().ShouldBe("\"HubSpotMonitor\" <monitor@example.com>");
        mail.To.Mailboxes.Select(to => to.Address).ShouldBe(["oncall@example.com", "deputy@example.com"]);
        Server.Commands.Count(command => command.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(2);
        mail.Subject.ShouldBe("[High] API calls 6.9x normal - Acme (123) - since 02:10 (UTC+1), 41 % of the daily limit");
        mail.TextBody.ShouldNotBeNull().ShouldContain("▁");
        mail.HtmlBody.ShouldNotBeNull().ShouldContain("<!doctype html>");
    }

    [Theory]
    [InlineData("550 nobody of this name")]
    [InlineData("452 mailbox full")]
    public async Task A_reader_who_will_not_be_taken_for_days_costs_the_others_nothing(string reply)
    {
        Server.Readers["deputy@example.com"] = reply;
        await Channel.SendAsync(Messages.Opened(), Token);
        Server.Mails.ShouldHaveSingleItem();
        Server.Commands.ShouldContain(command => command.StartsWith("RCPT TO:<oncall@example.com>", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Later_mails_of_an_incident_answer_the_first()
    {
        await Channel.SendAsync(Messages.Opened(), Token);
        await Channel.SendAsync(Messages.Resolved(), Token);
        var (first, later) = (Server.Mails[0], Server.Mails[1]);
        first.MessageId.ShouldNotBeNull().ShouldMatch("^alert\\.[0-9a-f]{32}@example\\.com$");
        (later.InReplyTo, later.References.ShouldHaveSingleItem()).ShouldBe((first.MessageId, first.MessageId));
        later.MessageId.ShouldNotBe(first.MessageId);
    }

    [Theory]
    [InlineData("AUTH", "535 bad monitor-user", true, "User and Delivery:Smtp:Password")]
    [InlineData("AUTH", "454 later", false, "454")]
    [InlineData("MAIL", "550 not you", true, "From")]
    [InlineData("MAIL", "452 full", false, "452")]
    [InlineData("RCPT", "550 nobody", true, "To")]
    [InlineData("RCPT", "450 greylisted", false, "450")]
    [InlineData("RCPT", "452 full", false, "452")]
    [InlineData("DATA", "554 no", true, "554")]
    [InlineData("EHLO", "554 no", true, "554")]
    [InlineData("EHLO", "421 closing", false, "421")]
    public async Task An_answer_of_4xx_passes_and_one_of_5xx_before_the_mail_is_read_must_be_mended(
        string command, string reply, bool isOfChannel, string says)
    {
        Server.Replies[command] = reply;
        if (command == "EHLO")
            Server.Replies["HELO"] = reply;
        var failure = await FailAsync(Answer.Take);
        (failure.IsPermanent, failure.IsOfChannel).ShouldBe((false, isOfChannel));
        failure.Message.ShouldContain(says);
        ShouldTellNoSecret(failure);
    }

    [Fact]
    public async Task A_mail_that_is_too_large_is_refused_for_good_before_it_is_read()
    {
        Server.Replies["MAIL"] = "552 too large";
        (await FailAsync(Answer.Take)).IsPermanent.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_took_the_mail_and_says_no_goodbye_is_not_sent_it_again()
    {
        Server.Replies["QUIT"] = "554 what";
        await Channel.SendAsync(Messages.Opened(), Token);
        Server.Mails.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_STARTTLS_no_password_is_sent()
    {
        var settings = Settings(Other.Address);
        settings["Delivery:Smtp:Security"] = "StartTls";
        var services = new ServiceCollection().AddLogging();
        Add(services, new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        await using var provider = services.BuildServiceProvider();
        var failure = await Should.ThrowAsync<HubSpotMonitor.Delivery.DeliveryException>(
            () => provider.GetRequiredService<HubSpotMonitor.Delivery.IChannel>().SendAsync(Messages.Opened(), Token));
        failure.IsOfChannel.ShouldBeTrue();
        failure.Message.ShouldContain("no STARTTLS");
        Server.Commands.ShouldNotContain(command => command.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reader_who_is_refused_for_now_is_waited_for_and_nobody_has_the_mail_yet()
    {
        Server.Readers["deputy@example.com"] = "450 greylisted";
        (await FailAsync(Answer.Take)).IsPermanent.ShouldBeFalse();
        Server.Mails.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("550 nobody", "452 full", false)]
    [InlineData("550 nobody", "550 nobody", true)]
    public async Task Where_no_reader_is_taken_the_list_must_be_mended_if_none_will_ever_be(string first, string second, bool isOfChannel)
    {
        (Server.Readers["oncall@example.com"], Server.Readers["deputy@example.com"]) = (first, second);
        (await FailAsync(Answer.Take)).IsOfChannel.ShouldBe(isOfChannel);
        Server.Mails.ShouldBeEmpty();
    }

    private protected override Task<OtherSide> StartAsync() => Task.FromResult<OtherSide>(FakeSmtp.Start());

    private protected override void ShortenTimeLimit(TimeSpan limit) => ((SmtpChannel)Channel).Limit = limit;
}
