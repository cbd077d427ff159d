using HubSpotMonitor.Posture.Knowledge;

namespace HubSpotMonitor.Tests.Posture.Knowledge;

public sealed class LeastPrivilegeTests
{
    [Fact]
    public void The_smaller_set_is_what_is_needed_of_what_is_held()
    {
        var compared = LeastPrivilege.Compare(
            [
                "oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "contacts", "crm.export",
                "crm.objects.deals.highly_sensitive.read", "crm.lists.read",
            ],
            ["oauth", "crm.objects.contacts.read", "crm.objects.quotes.read"]);
        compared.Surplus.ShouldBe(
            ["contacts", "crm.export", "crm.lists.read", "crm.objects.contacts.write", "crm.objects.deals.highly_sensitive.read"]);
        compared.Coarse.ShouldBe(["contacts"]);
        compared.HighlySensitive.ShouldBe(["crm.objects.deals.highly_sensitive.read"]);
        compared.Risky.ShouldBe(["contacts", "crm.export", "crm.objects.contacts.write", "crm.objects.deals.highly_sensitive.read"]);
        compared.Smaller.ShouldBe(["crm.objects.contacts.read", "oauth"]);
        compared.Missing.ShouldBe(["crm.objects.quotes.read"]);
        compared.Says.ShouldBe(
            "5 of 7 scopes are not needed: contacts, crm.export, crm.lists.read, crm.objects.contacts.write, crm.objects.deals.highly_sensitive.read. Here is the smaller set: crm.objects.contacts.read, oauth.");
    }

    [Fact]
    public void Nothing_to_spare_is_said_so() =>
        LeastPrivilege.Compare(["oauth", "crm.export"], ["crm.export"]).Says.ShouldBe("It holds no more than it needs.");

    [Theory]
    [InlineData("crm.export", true)]
    [InlineData("settings.users.write", true)]
    [InlineData("crm.objects.unicorns.highly_sensitive.write", true)] // newer than the list: read by its name
    [InlineData("crm.objects.contacts.read", false)]
    public void The_gravest_are_known(string scope, bool grave) => Scopes.IsGrave(scope).ShouldBe(grave);

    [Theory]
    [InlineData("de", "fr", 0)] // they touch
    [InlineData("us", "ca", 0)]
    [InlineData("gb", "nz", 16000)]
    [InlineData("de", "sg", 9000)]
    public void Distances_are_the_least_that_could_be(string from, string to, double least)
    {
        var distance = Countries.Kilometres(from, to).ShouldNotBeNull();
        distance.ShouldBeInRange(least, least + 1500);
        Countries.Kilometres(to, from).ShouldNotBeNull().ShouldBe(distance, 0.001);
    }

    [Fact]
    public void An_unknown_country_has_no_distance() => Countries.Kilometres("de", "zz").ShouldBeNull();
}
