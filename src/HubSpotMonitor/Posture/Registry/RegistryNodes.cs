using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace HubSpotMonitor.Posture.Registry;

/// <summary>A mapping of the file whose keys have been looked through.</summary>
internal sealed record RegistryMap(YamlNode Node, IReadOnlyDictionary<string, YamlNode> Values);

/// <summary>Takes values out of the file; what is wrong with one is noted with its line, and reading goes on.</summary>
internal sealed class RegistryNodes
{
    private const int LongestText = 500;
    private const int LongestAge = 3650;

    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems => _problems;

    public void Say(YamlNode node, string what) => _problems.Add(string.Create(CultureInfo.InvariantCulture, $"line {node.Start.Line}: {what}"));

    /// <returns>Null: it is none.</returns>
    public RegistryMap? Map(YamlNode node, string called, params ReadOnlySpan<string> keys)
    {
        if (node is not YamlMappingNode mapping)
        {
            Say(node, $"{called} must be a mapping with {string.Join(", ", keys.ToArray())}.");
            return null;
        }
        Dictionary<string, YamlNode> values = new(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || !keys.Contains(name))
                Say(key, $"the key '{key}' is unknown here; known are {string.Join(", ", keys.ToArray())}.");
            else
                values[name] = value;
        }
        return new(node, values);
    }

    public IReadOnlyList<RegistryMap> Maps(RegistryMap? map, string key, params ReadOnlySpan<string> keys)
    {
        List<RegistryMap> maps = [];
        foreach (var item in Items(map, key) ?? [])
        {
            if (Map(item, $"an entry of '{key}'", keys) is { } entry) maps.Add(entry);
        }
        return maps;
    }

    public string? Text(RegistryMap? map, string key)
    {
        if (map is null || !map.Values.TryGetValue(key, out var node)) return null;
        if (Scalar(node) is not { } text)
        {
            Say(node, $"'{key}' must be a text.");
            return null;
        }
        if (text.Length is 0 or > LongestText) Say(node, $"'{key}' must have between 1 and {LongestText} letters.");
        return text;
    }

    public string Required(RegistryMap map, string key)
    {
        if (!map.Values.ContainsKey(key)) Say(map.Node, $"'{key}' is missing.");
        return Text(map, key) ?? "";
    }

    public IReadOnlyList<string>? Texts(RegistryMap? map, string key)
    {
        if (Items(map, key) is not { } items) return null;
        List<string> texts = [];
        foreach (var item in items)
        {
            if (Scalar(item) is { Length: > 0 and <= LongestText } text) texts.Add(text);
            else Say(item, $"an entry of '{key}' must be a text of up to {LongestText} letters.");
        }
        return texts;
    }

    public IEnumerable<string> Hosts(RegistryMap map, string key)
    {
        foreach (var host in Texts(map, key) ?? [])
        {
            if (Uri.CheckHostName(host) != UriHostNameType.Dns)
                Say(map.Values[key], $"'{host}' in '{key}' is no host name: write it bare, for example acme.example.");
            else
                yield return host.ToLowerInvariant();
        }
    }

    public IReadOnlyList<string>? Scopes(RegistryMap map, string key, IReadOnlyList<string> extra)
    {
        if (Texts(map, key) is not { } scopes) return null;
        foreach (var scope in scopes.Where(scope => !Knowledge.Scopes.IsKnown(scope) && !extra.Contains(scope)))
        {
            Say(map.Values[key],
                $"the scope '{scope}' is unknown. If HubSpot has it and this version does not, name it under 'extraScopes' at the top.");
        }
        return scopes;
    }

    public long Number(RegistryMap map, string key)
    {
        var text = Required(map, key);
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
        if (text.Length > 0) Say(map.Values[key], $"'{key}' is '{text}': write the account's number, as HubSpot shows it.");
        return 0;
    }

    public DateOnly? Date(RegistryMap map, string key)
    {
        if (Text(map, key) is not { Length: > 0 } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year >= 2006)
            return date;
        Say(map.Values[key], $"'{key}' is '{text}': write a day as 2026-11-24.");
        return null;
    }

    public TimeSpan? Days(RegistryMap map, string key)
    {
        if (Text(map, key) is not { Length: > 0 } text) return null;
        if (text.EndsWith('d')
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            && days is > 0 and <= LongestAge)
        {
            return TimeSpan.FromDays(days);
        }
        Say(map.Values[key], $"'{key}' is '{text}': write days, between 1d and {LongestAge}d.");
        return null;
    }

    public bool Flag(RegistryMap map, string key)
    {
        var text = Text(map, key);
        if (text is not (null or "true" or "false")) Say(map.Values[key], $"'{key}' is '{text}': write true or false.");
        return text == "true";
    }

    public T OneOf<T>(RegistryMap map, string key, IReadOnlyDictionary<string, T> choices)
    {
        var text = Required(map, key);
        if (choices.TryGetValue(text, out var choice)) return choice;
        if (text.Length > 0) Say(map.Values[key], $"'{key}' is '{text}'; known are {string.Join(", ", choices.Keys)}.");
        return default!;
    }

    private YamlSequenceNode? Items(RegistryMap? map, string key)
    {
        if (map is null || !map.Values.TryGetValue(key, out var node)) return null;
        if (node is YamlSequenceNode items) return items;
        Say(node, $"'{key}' must be a list.");
        return null;
    }

    private static string? Scalar(YamlNode node) => (node as YamlScalarNode)?.Value;
}
