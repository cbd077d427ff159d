using System.Text;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Email;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery.Email;

public sealed class MailTests
{
    public static TheoryData<string> Kinds => ["opened", "escalated", "resolved"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_page_looks_as_approved(string kind) => Approved.ShouldMatch(Page(Message(kind)), $"mail-{kind}.html");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_plain_part_reads_as_approved(string kind) => Approved.ShouldMatch(Text(Message(kind)), $"mail-{kind}.txt");

    [Fact]
    public void A_hostile_name_cannot_bring_markup()
    {
        var page = Page(Messages.Hostile());
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#x27;gnp (666)");
        page.ShouldNotContain("<script", Case.Insensitive);
        page.ShouldNotContain("<img", Case.Insensitive);
        page.ShouldNotContain("href=\"javascript", Case.Insensitive);
    }

    [Fact]
    public void The_largest_message_stays_small()
    {
        var text = new string('東', 50_000);
        var finding = Messages.Opened().Finding with { Summary = text, Confidence = text, LikelyCause = text, Steps = [text, text, text] };
        Encoding.UTF8.GetByteCount(Page(Messages.Opened() with { Finding = finding })).ShouldBeLessThan(60_000);
        Encoding.UTF8.GetByteCount(Page(Messages.Opened())).ShouldBeLessThan(30_000);
    }

    [Fact]
    public void Nothing_comes_from_elsewhere()
    {
        var page = Page(Messages.Opened());
        foreach (var word in new[] { "<img", "<script", "<link", "@import", "url(", "src=" })
            page.ShouldNotContain(word, Case.Insensitive);
    }

    [Fact]
    public void What_is_not_known_leaves_no_empty_heading()
    {
        var finding = Messages.Opened().Finding with { LikelyCause = null, Expected = null, Seen = null, Steps = [], Evidence = [] };
        var text = Text(Messages.Opened() with { Finding = finding, Chart = [] });
        foreach (var word in new[] { "Likely cause", "Expected", "Seen", "First steps", "Evidence", "\n\n\n" })
            text.ShouldNotContain(word);
    }

    internal static AlertMessage Message(string kind) => kind switch
    {
        "opened" => Messages.Opened(),
        "escalated" => Messages.Escalated(),
        _ => Messages.Resolved(),
    };

    private static string Page(AlertMessage message) => MailPage.Render(message, AlertNotice.Of(message, longest: 1500)).ToString();

    private static string Text(AlertMessage message) => MailText.Render(message, AlertNotice.Of(message, longest: 1500));
}
