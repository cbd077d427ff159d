using System.Text.Json.Nodes;

namespace HubSpotMonitor.Tests.Functions.Exports;

/// <summary>Holds a line to the facts of OCSF 1.8.0 in <c>ocsf-1.8.0.json</c>, which names its source.</summary>
internal static class OcsfSchema
{
    private static readonly JsonNode Facts =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "HubSpotMonitor.Tests", "Functions", "Exports", "ocsf-1.8.0.json")))!;

    public static IReadOnlyList<string> Wrong(JsonObject line) => Wrong(line.ToJsonString());

    /// <returns>What is wrong, in words; none when the line is right.</returns>
    public static IReadOnlyList<string> Wrong(string text)
    {
        var line = JsonNode.Parse(text)!.AsObject();
        var kind = Facts["classes"]![line["class_uid"]!.ToString()]?.AsObject();
        if (kind is null)
            return [$"class {line["class_uid"]} is none that is written"];

        List<string> wrong = [.. Check(line, kind, "")];
        if ((string?)line["class_name"] != (string?)kind["class_name"]) wrong.Add("class_name");
        if ((int)line["category_uid"]! != (int)kind["category_uid"]!) wrong.Add("category_uid");
        if ((long)line["type_uid"]! != ((long)line["class_uid"]! * 100) + (long)line["activity_id"]!) wrong.Add("type_uid");
        if ((string?)line["metadata"]?["version"] != (string?)Facts["version"]) wrong.Add("metadata.version");
        if ((int)line["activity_id"]! == 99 && string.IsNullOrEmpty((string?)line["activity_name"])) wrong.Add("activity 99 needs a name");
        return wrong;
    }

    private static IEnumerable<string> Check(JsonObject place, JsonObject rules, string path)
    {
        var profiles = (place["metadata"]?["profiles"]?.AsArray() ?? [])
            .Select(profile => (string)profile!)
            .SelectMany(profile => Texts(rules["profiles"]?[profile]));
        foreach (var name in Texts(rules["required"]).Where(name => place[name] is null)) yield return $"{path}{name} is missing";
        foreach (var name in place.Select(member => member.Key).Except(Texts(rules["known"]).Concat(profiles)))
            yield return $"{path}{name} is not known";
        if (Texts(rules["at_least_one"]).ToList() is { Count: > 0 } some && !some.Any(name => place[name] is not null))
            yield return $"{path} needs one of {string.Join(", ", some)}";
        foreach (var (name, values) in rules["enums"]?.AsObject() ?? [])
        {
            if (place[name] is { } value && !values!.AsArray().Any(allowed => (int)allowed! == (int)value)) yield return $"{path}{name} is {value}";
        }
        foreach (var (name, value) in place)
        {
            if ((string?)Facts["attributes"]![name] is not { } type) continue;
            foreach (var inner in value is JsonArray several ? several.Select(one => one!.AsObject()) : [value!.AsObject()])
            {
                foreach (var complaint in Check(inner, Facts["objects"]![type]!.AsObject(), $"{path}{name}.")) yield return complaint;
            }
        }
    }

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(text => (string)text!);
}
