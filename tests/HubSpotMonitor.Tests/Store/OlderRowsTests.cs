using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Posture.Ledger;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using HubSpotMonitor.Tests.Delivery;

namespace HubSpotMonitor.Tests.Store;

/// <summary>What an older version of the monitor wrote is read by this one.</summary>
public sealed class OlderRowsTests
{
    /// <summary>Every list that a stored type may lack: neither required nor a part of how it is made.</summary>
    public static TheoryData<string> Lists => [.. OptionalLists().Select(list => $"{list.DeclaringType!.Name}.{list.Name}")];

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_that_a_row_lacks_is_empty(string list)
    {
        var property = Named(list);
        var row = RuntimeHelpers.GetUninitializedObject(property.DeclaringType!);

        // As the generated reader does.
        property.SetValue(row, null);

        property.GetValue(row).ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_that_a_row_has_is_kept(string list)
    {
        var property = Named(list);
        var row = RuntimeHelpers.GetUninitializedObject(property.DeclaringType!);
        var kept = Array.CreateInstance(property.PropertyType.GetGenericArguments()[0], 1);

        property.SetValue(row, kept);

        property.GetValue(row).ShouldBeSameAs(kept);
    }

    [Fact]
    public void An_alert_s_row_without_what_came_later_is_read()
    {
        var written = JsonNode.Parse(Messages.Json(Messages.Opened()))!.AsObject();
        foreach (var later in (string[])["chart", "story", "actions", "sections"]) written.Remove(later).ShouldBeTrue(later);
        ((JsonObject)written["finding"]!).Remove("evidence").ShouldBeTrue();

        var read = Messages.Read(written.ToJsonString());

        (read.Chart.Count, read.Story.Count, read.Actions.Count, read.Sections.Count, read.Finding.Evidence.Count).ShouldBe((0, 0, 0, 0, 0));
    }

    [Fact]
    public void What_is_no_longer_kept_is_left_out_of_a_row_that_has_it()
    {
        JsonSerializer.Deserialize("""{"id":1,"email":"ada@example.com","superAdmin":true,"roleIds":["60011"]}""", StoreJson.Default.AccountUser)
            .ShouldBe(new AccountUser(1, "ada@example.com", true));
        const string sighting = """{"kind":"AccessToken","fingerprint":"pat-na1-…dead","where":"a webhook event","at":"2026-11-24T12:00:00+00:00"}""";
        JsonSerializer.Deserialize(sighting, StoreJson.Default.SecretSighting)
            .ShouldBe(new SecretSighting("pat-na1-…dead", "a webhook event", new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero)));
    }

    private static PropertyInfo Named(string list) => OptionalLists().Single(one => $"{one.DeclaringType!.Name}.{one.Name}" == list);

    private static IReadOnlyList<PropertyInfo> OptionalLists()
    {
        HashSet<Type> seen = [];
        foreach (var context in (Type[])[typeof(StoreJson), typeof(LedgerJson), typeof(AlertEnvelopeJson)])
        {
            foreach (var root in context.GetCustomAttributesData().Where(data => data.AttributeType == typeof(JsonSerializableAttribute)))
                Follow((Type)root.ConstructorArguments[0].Value!, seen);
        }
        return
        [
            .. seen.SelectMany(type => type.GetProperties())
                .Where(IsOptionalList)
                .OrderBy(property => $"{property.DeclaringType!.Name}.{property.Name}", StringComparer.Ordinal),
        ];
    }

    private static void Follow(Type type, HashSet<Type> seen)
    {
        foreach (var argument in type.GetGenericArguments()) Follow(argument, seen);
        if (type.Assembly != typeof(StoreJson).Assembly || type.IsEnum || !seen.Add(type)) return;
        foreach (var property in type.GetProperties()) Follow(property.PropertyType, seen);
    }

    private static bool IsOptionalList(PropertyInfo property) =>
        property is { CanWrite: true, PropertyType.IsGenericType: true }
        && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
        && property.GetCustomAttribute<RequiredMemberAttribute>() is null
        && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull
        && !property.DeclaringType!.GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.Name == property.Name));
}
