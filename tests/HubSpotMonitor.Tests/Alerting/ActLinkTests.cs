using HubSpotMonitor.Alerting.Acts;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Store;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

/// <summary>The token of a link, letter by letter.</summary>
public sealed class ActLinkTests(SharedAzurite azurite)
{
    private const string Id = "0123456789abcdef01234567";

    private static readonly LinkKey Key = new(1, [.. Enumerable.Range(0, 32).Select(i => (byte)i)], Noon);
    private static readonly ActToken Token = new(Acme.Id, 3, AlertAct.SnoozeHour, Noon.AddHours(72));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void What_was_signed_is_read_again() => ActLinks.Read(Id, ActLinks.Sign(Id, Token, Key), [Key], Noon).ShouldBe((LinkCheck.Valid, Token));

    [Fact]
    public void No_letter_of_a_token_can_be_changed_taken_away_or_added()
    {
        var token = ActLinks.Sign(Id, Token, Key);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var letter in "AaZz09-_+/= ")
            {
                var changed = token[..i] + letter + token[(i + 1)..];
                if (changed != token) ActLinks.Read(Id, changed, [Key], Noon).Check.ShouldBe(LinkCheck.Forged, changed);
                ActLinks.Read(Id, token[..i] + letter + token[i..], [Key], Noon).Check.ShouldBe(LinkCheck.Forged);
            }
            ActLinks.Read(Id, token[..i], [Key], Noon).Check.ShouldBe(LinkCheck.Forged);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("%00")]
    public void What_is_no_token_is_forged(string? text) => ActLinks.Read(Id, text, [Key], Noon).Check.ShouldBe(LinkCheck.Forged);

    [Fact]
    public void A_token_acts_on_its_own_alert_only() =>
        ActLinks.Read("ffffffffffffffffffffffff", ActLinks.Sign(Id, Token, Key), [Key], Noon).Check.ShouldBe(LinkCheck.Forged);

    [Fact]
    public void A_key_of_somebody_else_signs_nothing()
    {
        var other = Key with { Key = new byte[32] };
        ActLinks.Read(Id, ActLinks.Sign(Id, Token, other), [Key], Noon).Check.ShouldBe(LinkCheck.Forged);
        ActLinks.Read(Id, ActLinks.Sign(Id, Token, Key with { Number = 9 }), [Key], Noon).Check.ShouldBe(LinkCheck.Forged);
    }

    [Fact]
    public void A_token_expires()
    {
        ActLinks.Read(Id, ActLinks.Sign(Id, Token, Key), [Key], Token.ExpiresAt.AddSeconds(-1)).Check.ShouldBe(LinkCheck.Valid);
        ActLinks.Read(Id, ActLinks.Sign(Id, Token, Key), [Key], Token.ExpiresAt).Check.ShouldBe(LinkCheck.Expired);
    }

    [Fact]
    public void A_message_links_to_our_own_host_and_to_every_act_while_it_is_open()
    {
        var message = Delivery.Messages.Opened() with { Id = $"{Id}-7", AlertId = Id };
        var links = ActLinks.Of(message, Key, new("https://monitor.example.com/"), Noon);
        links.Select(link => link.Label).ShouldBe(["Acknowledge", "Snooze 1 h", "Snooze 8 h", "Snooze until …", "This is expected", "Resolve"]);
        links.ShouldAllBe(link => link.Link.AbsoluteUri.StartsWith($"https://monitor.example.com/alerts/{Id}/act?token="));
        ActLinks.Of(message with { Transition = Transition.Resolved }, Key, new("https://monitor.example.com/"), Noon)
            .ShouldHaveSingleItem().Label
            .ShouldBe("This is expected");
    }

    [Fact]
    public void A_link_of_an_earlier_life_of_the_alert_does_not_act()
    {
        var alert = Alert(Id) with { OpenedBy = 4 };
        ActLinks.Check(alert, Token).ShouldBe(LinkCheck.Outdated);
        ActLinks.Check(alert with { OpenedBy = 3 }, Token).ShouldBe(LinkCheck.Valid);
        ActLinks.Check(alert with { OpenedBy = 3, UsedLinks = [Token.Use] }, Token).ShouldBe(LinkCheck.Used);
        ActLinks.Check(null, Token).ShouldBe(LinkCheck.Outdated);
    }

    [Fact]
    public async Task Two_hosts_make_one_key_and_a_year_later_one_more()
    {
        var tables = azurite.NewTables();
        var (one, two) = (new LinkKeyRing(new(tables)), new LinkKeyRing(new(tables)));
        var first = (await Task.WhenAll(one.ReadAsync(Noon, Stop), two.ReadAsync(Noon, Stop)))
            .Select(keys => Convert.ToHexString(keys.ShouldHaveSingleItem().Key))
            .ToList();
        first[0].ShouldBe(first[1]);

        var later = await one.ReadAsync(Noon.AddDays(365), Stop);
        later.Select(key => key.Number).ShouldBe([2, 1]);
        ActLinks.Read(Id, ActLinks.Sign(Id, Token with { ExpiresAt = Noon.AddDays(366) }, later[1]), later, Noon.AddDays(365)).Check
            .ShouldBe(LinkCheck.Valid);
        (await two.ReadAsync(Noon.AddDays(731), Stop)).Select(key => key.Number).ShouldBe([3, 2]);
    }
}
