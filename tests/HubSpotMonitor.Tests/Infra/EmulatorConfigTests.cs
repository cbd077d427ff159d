using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>
/// The emulator's configuration holds what the template makes, within the emulator's limits, which are tighter than Azure's:
/// https://github.com/Azure/azure-service-bus-emulator-installer/blob/main/ServiceBus-Emulator/Schema/Config-schema.json.
/// </summary>
public sealed partial class EmulatorConfigTests
{
    private static readonly JsonElement Config = Read();

    private static readonly JsonElement Namespace = Config.GetProperty("UserConfig").GetProperty("Namespaces").EnumerateArray().Single();

    private static readonly JsonElement Topic = Namespace.GetProperty("Topics").EnumerateArray().Single();

    private static readonly IReadOnlyList<JsonElement> Queues = [.. Namespace.GetProperty("Queues").EnumerateArray()];

    private static readonly IReadOnlyList<JsonElement> Subscriptions = [.. Topic.GetProperty("Subscriptions").EnumerateArray()];

    [Fact]
    public void It_has_the_entities_of_the_template()
    {
        Made("topics").ShouldBe([Name(Topic)]);
        Made("queues").ShouldBe(Queues.Select(Name));
        Made("topics/subscriptions").ShouldBe(Subscriptions.Select(subscription => $"{Name(Topic)}/{Name(subscription)}"));
    }

    [Fact]
    public void Every_filter_is_the_template_s()
    {
        var made = InfraFiles.Resources("sample", "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules")
            .Select(rule => rule.GetProperty("properties").GetProperty("sqlFilter").GetProperty("sqlExpression").GetString());

        Subscriptions.Select(subscription => subscription.GetProperty("Rules").EnumerateArray().Single().GetProperty("Properties"))
            .Select(rule => rule.GetProperty("SqlFilter").GetProperty("SqlExpression").GetString()).ShouldBe(made);
    }

    [Fact]
    public void The_namespace_has_the_one_name_that_the_emulator_knows_and_no_more_than_it_holds()
    {
        Name(Namespace).ShouldBe("sbemulatorns");
        (Queues.Count + 1).ShouldBeInRange(1, 50);
        Subscriptions.Count.ShouldBeInRange(1, 50);
        Config.GetProperty("UserConfig").GetProperty("Logging").GetProperty("Type").GetString().ShouldBeOneOf("File", "Console");
    }

    [Fact]
    public void Every_name_is_one_that_it_takes() =>
        Queues.Concat(Subscriptions)
            .Append(Topic)
            .Concat(Subscriptions.SelectMany(subscription => subscription.GetProperty("Rules").EnumerateArray()))
            .Select(Name).ShouldAllBe(name => EntityName().IsMatch(name));

    [Fact]
    public void Every_time_and_count_lies_within_its_limits()
    {
        foreach (var entity in Queues.Concat(Subscriptions))
        {
            Time(entity, "DefaultMessageTimeToLive").ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));
            Time(entity, "LockDuration").ShouldBeInRange(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
            Properties(entity).GetProperty("MaxDeliveryCount").GetInt32().ShouldBeInRange(1, 10);
        }
        Time(Topic, "DefaultMessageTimeToLive").ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));
        foreach (var entity in Queues.Append(Topic))
            Time(entity, "DuplicateDetectionHistoryTimeWindow").ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Duplicates_and_dead_letters_are_treated_as_in_Azure()
    {
        foreach (var entity in Queues.Append(Topic))
            Properties(entity).GetProperty("RequiresDuplicateDetection").GetBoolean().ShouldBeTrue();
        DeadLetters(Queues).ShouldBe(InfraFiles.KeepsOld("queues"));
        DeadLetters(Subscriptions).ShouldBe(InfraFiles.KeepsOld("topics/subscriptions"));
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(InfraFiles.Folder, "local", "Config.json")));
        return document.RootElement.Clone();
    }

    private static IEnumerable<string> Made(string kind) =>
        InfraFiles.Resources("sample", $"Microsoft.ServiceBus/namespaces/{kind}")
            .Select(entity => entity.GetProperty("name").GetString()!.Split('/', 2)[1]);

    private static IEnumerable<bool> DeadLetters(IEnumerable<JsonElement> entities) =>
        entities.Select(entity => Properties(entity).GetProperty("DeadLetteringOnMessageExpiration").GetBoolean());

    private static string Name(JsonElement entity) => entity.GetProperty("Name").GetString()!;

    private static JsonElement Properties(JsonElement entity) => entity.GetProperty("Properties");

    private static TimeSpan Time(JsonElement entity, string property) => XmlConvert.ToTimeSpan(Properties(entity).GetProperty(property).GetString()!);

    [GeneratedRegex(@"^[A-Za-z0-9]([\w\-./]*[A-Za-z0-9])?\z")]
    private static partial Regex EntityName();
}
