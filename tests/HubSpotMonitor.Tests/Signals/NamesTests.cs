using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Signals;

/// <summary>Names that are put together and taken apart again.</summary>
public sealed class NamesTests
{
    [Theory]
    [InlineData("contact.deletion|INTEGRATION:9393361", "contact.deletion", "INTEGRATION:9393361")]
    [InlineData("contact.deletion|", "contact.deletion", "")]
    [InlineData("|CRM_UI", "", "CRM_UI")]
    [InlineData("contact.deletion", "contact.deletion", ChangeSource.Unknown)]
    public void A_subject_of_events_is_type_and_source(string subject, string type, string source) =>
        Metric.EventParts(subject).ShouldBe((type, source));

    [Fact]
    public void An_app_is_told_from_other_sources()
    {
        ChangeSource.AppId(ChangeSource.App("9393361")).ShouldBe("9393361");
        ChangeSource.Words(ChangeSource.App("9393361")).ShouldBe("app 9393361");
        ChangeSource.AppId("CRM_UI").ShouldBeNull();
        ChangeSource.Words("CRM_UI").ShouldBe("CRM_UI");
    }

    [Fact]
    public void A_portal_is_named_with_its_number_and_the_monitor_itself_without()
    {
        Samples.Acme.ToString().ShouldBe("Acme (4711)");
        Portal.Monitor.ToString().ShouldBe("HubSpotMonitor");
    }

    [Theory]
    [InlineData("contact.deletion", ChangeKind.Deletion)]
    [InlineData("contact.privacyDeletion", ChangeKind.Deletion)]
    [InlineData("contact.propertyChange", ChangeKind.Change)]
    public void A_type_that_ends_in_deletion_is_one(string type, ChangeKind kind)
    {
        EventProfile.KindOf(type).ShouldBe(kind);
        EventProfile.SubjectOf("CRM_UI", kind).ShouldBe(kind == ChangeKind.Deletion ? "CRM_UI|deletion" : "CRM_UI|change");
    }
}
