using System.Text.Json.Nodes;
using HubSpotMonitor.Delivery.Webhook;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Tests.Delivery.Webhook;

/// <summary>
/// Holds every body to what the public schema of OCSF 1.8 asks, written down by hand from https://schema.ocsf.io/1.8.0/classes/detection_finding.
/// </summary>
public sealed class OcsfFindingTests
{
    // Object path, * for each entry of a list; attribute; its JSON kind. All are required by the schema where their object is present.
    private static readonly (string Path, string Attribute, string Kind)[] Required =
    [
        ("", "activity_id", "integer"),
        ("", "category_uid", "integer"),
        ("", "class_uid", "integer"),
        ("", "type_uid", "integer"),
        ("", "severity_id", "integer"),
        ("", "time", "integer"),
        ("", "metadata", "object"),
        ("", "finding_info", "object"),
        ("metadata", "product", "object"),
        ("metadata", "version", "string"),
        ("metadata.product", "name", "string"),
        ("finding_info", "uid", "string"),
        ("finding_info.analytic", "type_id", "integer"),
        ("finding_info.related_events.*", "uid", "string"),
        ("anomaly_analyses.*", "analysis_targets", "array"),
        ("anomaly_analyses.*", "anomalies", "array"),
        ("anomaly_analyses.*.analysis_targets.*", "name", "string"),
        ("anomaly_analyses.*.anomalies.*", "observation_parameter", "string"),
        ("anomaly_analyses.*.anomalies.*", "observations", "array"),
        ("anomaly_analyses.*.anomalies.*.observations.*", "value", "string"),
        ("anomaly_analyses.*.baselines.*", "observation_parameter", "string"),
        ("anomaly_analyses.*.baselines.*", "observations", "array"),
        ("anomaly_analyses.*.baselines.*.observations.*", "value", "string"),
        ("remediation", "desc", "string"),
    ];

    // Attributes that an object of the schema has; what is not among them belongs under unmapped.
    private static readonly (string Path, string[] Attributes)[] Known =
    [
        ("", [
            "activity_id", "activity_name", "category_name", "category_uid", "class_name", "class_uid", "message", "metadata", "severity",
            "severity_id", "start_time", "status", "status_id", "time", "timezone_offset", "type_uid", "unmapped", "anomaly_analyses", "finding_info",
            "is_alert", "remediation", "resources",
        ]),
        ("metadata", ["correlation_uid", "product", "tenant_uid", "uid", "version"]),
        ("metadata.product", ["name", "uid", "vendor_name", "version"]),
        ("finding_info", ["analytic", "created_time", "desc", "first_seen_time", "modified_time", "related_events", "src_url", "title", "uid"]),
        ("finding_info.analytic", ["name", "type", "type_id", "uid"]),
        ("finding_info.related_events.*", ["desc", "first_seen_time", "severity_id", "title", "type", "uid"]),
        ("resources.*", ["name", "type", "uid"]),
        ("anomaly_analyses.*", ["analysis_targets", "anomalies", "baselines"]),
        ("anomaly_analyses.*.analysis_targets.*", ["name", "type"]),
        ("anomaly_analyses.*.anomalies.*", ["observation_parameter", "observation_type", "observations"]),
        ("anomaly_analyses.*.anomalies.*.observations.*", ["count", "timespan", "value"]),
        ("anomaly_analyses.*.anomalies.*.observations.*.timespan", ["end_time"]),
        ("remediation", ["desc", "references"]),
    ];

    private static readonly (string Path, int[] Values)[] Enums =
    [
        ("class_uid", [2004]), ("category_uid", [2]), ("activity_id", [1, 2, 3, 99]), ("severity_id", [0, 1, 2, 3, 4, 5, 6, 99]),
        ("status_id", [0, 1, 2, 3, 4, 5, 6, 99]), ("finding_info.analytic.type_id", [0, 1, 2, 3, 4, 99]),
    ];

    public static TheoryData<string> Situation => [.. Situations.Names, "hostile", "everything"];

    [Theory]
    [MemberData(nameof(Situation))]
    public void Every_body_is_of_the_class(string situation)
    {
        var finding = Render(Get(situation));
        foreach (var (path, attribute, kind) in Required)
            At(finding, path).ShouldAllBe(place => Kind(place[attribute]) == kind, $"{path}.{attribute} is a required {kind}");
        foreach (var (path, attributes) in Known)
        {
            At(finding, path).SelectMany(place => place.AsObject().Select(member => member.Key))
                .ShouldBeSubsetOf(attributes, $"attributes of '{path}'");
        }
        foreach (var (path, values) in Enums)
            At(finding, path).Select(value => (int)value).ShouldBeSubsetOf(values, path);
        ((int)finding["type_uid"]!).ShouldBe(((int)finding["class_uid"]! * 100) + (int)finding["activity_id"]!);
        ((long)finding["time"]!).ShouldBeGreaterThan(1_700_000_000_000); // milliseconds
    }

    [Theory]
    [InlineData(Transition.Opened, 1, 1, true)]
    [InlineData(Transition.Escalated, 2, 1, true)]
    [InlineData(Transition.Reminded, 2, 1, true)]
    [InlineData(Transition.Reopened, 2, 1, true)]
    [InlineData(Transition.Resolved, 3, 4, false)]
    [InlineData(Transition.Digest, 99, 99, false)]
    public void A_transition_is_an_activity_and_a_status(Transition transition, int activity, int status, bool isAlert)
    {
        var finding = Render(Messages.Opened() with { Transition = transition });
        ((int)finding["activity_id"]!, (int)finding["status_id"]!, (bool)finding["is_alert"]!).ShouldBe((activity, status, isAlert));
    }

    [Fact]
    public void The_links_that_act_are_for_people_only() => Render(Situations.Get("theft-opened")).ToJsonString().ShouldNotContain("signed-1");

    private static AlertMessage Get(string situation) => situation switch
    {
        "hostile" => Messages.Hostile(),
        "everything" => Messages.Everywhere("text"),
        _ => Situations.Get(situation),
    };

    private static JsonNode Render(AlertMessage message) => JsonNode.Parse(OcsfFinding.Render(message))!;

    private static IEnumerable<JsonNode> At(JsonNode node, string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate<string, IEnumerable<JsonNode>>([node], (places, step) => step == "*"
            ? places.SelectMany(place => place.AsArray().OfType<JsonNode>())
            : places.Select(place => place[step]).OfType<JsonNode>());

    private static string Kind(JsonNode? node) => node switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue value when value.TryGetValue<long>(out _) => "integer",
        JsonValue value when value.TryGetValue<string>(out _) => "string",
        _ => "nothing",
    };
}
