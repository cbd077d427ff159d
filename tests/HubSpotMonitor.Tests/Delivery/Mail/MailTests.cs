using System.Text;
using HubSpotMonitor.Delivery.Mail;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery.Mail;

public sealed class MailTests
{
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
        // Gmail cuts mails at about 102 KB.
        Encoding.UTF8.GetByteCount(Page(Messages.Everywhere(new string('a', 50_000)))).ShouldBeLessThan(100_000);
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

    [Fact]
    public void All_mails_of_an_incident_answer_its_first_and_a_repeat_is_the_same_mail()
    {
        var (first, again, later) = (Headers(Messages.Opened()), Headers(Messages.Opened()), Headers(Messages.Resolved()));
        again.ShouldBe(first);
        first.ShouldNotContainKey("References");
        later["Message-ID"].ShouldNotBe(first["Message-ID"]);
        later["References"].ShouldBe(first["Message-ID"]);
        later["In-Reply-To"].ShouldBe(first["Message-ID"]);
    }

    [Fact]
    public void What_counts_as_usual_from_now_on_is_nowhere_said_to_be_over()
    {
        var letter = Letter.Of(Messages.Resolved() with { GoesOn = true }, "example.com", "Delivery:Email:To");
        letter.Subject.ShouldBe("[Resolved, not over] API calls 6.9x normal - Acme (123) - usual from now on, after 1 h 35 min");
        letter.Plain.ShouldStartWith("■ RESOLVED, NOT OVER, WAS CRITICAL\nNot over, but usual from now on: API calls 6.9x normal, Acme (123)");
        letter.Plain.ShouldContain("Not over: usual from 24 Nov 2026 03:45 (UTC+1)");
        foreach (var text in new[] { letter.Plain, letter.Html }) text.ShouldNotContain("Over", Case.Sensitive);
    }

    [Fact]
    public void Every_digest_is_a_mail_of_its_own_and_answers_none()
    {
        var digest = Messages.Opened() with { Transition = Transition.Digest, AlertId = "digest-123", Id = "digest-123-20261123" };
        Headers(digest)["Message-ID"].ShouldNotBe(Headers(digest with { Id = "digest-123-20261124" })["Message-ID"]);
        Headers(digest).Keys.ShouldNotContain("In-Reply-To");
    }

    private static IReadOnlyDictionary<string, string> Headers(AlertMessage message) =>
        Letter.Of(message, "example.com", "Delivery:Email:To").Headers;

    private static string Page(AlertMessage message) => Letter.Of(message, "example.com", "Delivery:Email:To").Html;

    private static string Text(AlertMessage message) => Letter.Of(message, "example.com", "Delivery:Email:To").Plain;
}
