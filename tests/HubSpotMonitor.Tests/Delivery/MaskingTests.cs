using HubSpotMonitor.Delivery;

namespace HubSpotMonitor.Tests.Delivery;

public sealed class MaskingTests
{
    private static readonly DeliveryOptions All = new() { MaskAddresses = true, MaskMail = true };

    [Theory]
    [InlineData("Login from 203.0.113.7, then 198.51.100.250.", "Login from 203.0.113.x, then 198.51.100.x.")]
    [InlineData("2001:db8:85a3::8a2e:370:7334 and fe80::1", "2001:db8:85a3:x and fe80:0:0:x")]
    [InlineData("Anna.Berg+crm@mail.example.com revealed it", "A…@mail.example.com revealed it")]
    [InlineData("<bo@203.0.113.7>", "<b…@203.0.113.x>")]
    [InlineData("since 02:10:00 (UTC+1), 6.9x, 1.2.3 and 999.1.1.1", "since 02:10:00 (UTC+1), 6.9x, 1.2.3 and 999.1.1.1")]
    [InlineData("pat-na1-…4f2a, @here, a@b", "pat-na1-…4f2a, @here, a@b")]
    public void Addresses_lose_what_names_a_person_and_nothing_else_is_touched(string text, string masked) =>
        Masking.Text(text, All).ShouldBe(masked);

    [Fact]
    public void Each_setting_masks_its_own()
    {
        const string Text = "anna@example.com from 203.0.113.7";
        Masking.Text(Text, new() { MaskMail = true }).ShouldBe("a…@example.com from 203.0.113.7");
        Masking.Text(Text, new() { MaskAddresses = true }).ShouldBe("anna@example.com from 203.0.113.x");
        Masking.Text(Text, new()).ShouldBe(Text);
    }

    [Fact]
    public void No_free_text_of_a_message_is_forgotten()
    {
        const string Personal = "anna@example.com 203.0.113.7";
        var json = Messages.Json(Masking.Apply(Messages.Everywhere(Personal), All));
        json.ShouldNotContain("anna@", Case.Insensitive);
        json.ShouldNotContain("203.0.113.7");
    }
}
