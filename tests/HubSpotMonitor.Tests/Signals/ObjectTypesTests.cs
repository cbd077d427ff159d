using System.Text;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

public sealed class ObjectTypesTests
{
    [Theory]
    [InlineData("0-1", "contact")]
    [InlineData("0-2", "company")]
    [InlineData("0-3", "deal")]
    [InlineData("0-5", "ticket")]
    [InlineData("0-7", "product")]
    [InlineData("0-8", "line_item")]
    [InlineData("0-4", "")]
    [InlineData("0-10", "")]
    [InlineData("2-3465404", "")] // a custom object
    [InlineData("", "")]
    public void Six_types_have_a_name_of_their_own(string id, string name) =>
        Encoding.UTF8.GetString(ObjectTypes.NameOf(Encoding.UTF8.GetBytes(id))).ShouldBe(name);
}
