using HubSpotMonitor.Signals;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace HubSpotMonitor.Posture.Registry;

/// <param name="Registry">Null: something is wrong.</param>
/// <param name="Problems">Each a sentence that begins with its line: <c>line 12: …</c>.</param>
public sealed record RegistryReading(AccessRegistry? Registry, IReadOnlyList<string> Problems);

/// <summary>Reads the registry's YAML and finds everything that is wrong with it at once: a half-read registry would hide keys.</summary>
public static class RegistryReader
{
    /// <summary>A registry is four levels deep; a file that is much deeper was made to break its reader.</summary>
    private const int MostLevels = 32;

    private const int LongestId = 80;

    private static readonly Dictionary<string, CredentialKind> Kinds = new(StringComparer.Ordinal)
    {
        ["private-app"] = CredentialKind.LegacyPrivateApp,
        ["service-key"] = CredentialKind.ServiceKey,
        ["project-app"] = CredentialKind.ProjectApp,
        ["oauth-app"] = CredentialKind.OAuthGrant,
        ["personal-access-key"] = CredentialKind.PersonalAccessKey,
        ["developer-key"] = CredentialKind.DeveloperKey,
        ["api-key"] = CredentialKind.ApiKey,
        ["smtp-token"] = CredentialKind.SmtpToken,
    };

    public static RegistryReading Read(string yaml)
    {
        // From here on no secret can get into a sentence, a finding or a table: what is read has fingerprints in their place.
        IReadOnlyList<(SecretFound, int)> secrets = [.. SecretPatterns.Find(yaml).Select(found => (found, LineOf(yaml, found.Index)))];
        yaml = SecretPatterns.Redact(yaml);
        try
        {
            if (Trap(yaml) is { } trap) return new(null, [trap]);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count != 1) return new(null, ["line 1: one document is expected, with a list 'portals'."]);
            var nodes = new RegistryNodes();
            var registry = ReadFile(nodes, stream.Documents[0].RootNode) with { Secrets = secrets };
            return nodes.Problems.Count == 0 ? new(registry, []) : new(null, nodes.Problems);
        }
        catch (YamlException error)
        {
            return new(null, [$"line {error.Start.Line}: this is no YAML that can be read: {error.Message}"]);
        }
        // YamlDotNet stumbles over some texts without saying where, for instance over a % that begins a line within braces.
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or OverflowException)
        {
            return new(null, ["line 1: this is no YAML that can be read, and its reader cannot say in which line."]);
        }
    }

    private static AccessRegistry ReadFile(RegistryNodes nodes, YamlNode root)
    {
        var map = nodes.Map(root, "the file", "portals", "extraScopes");
        var extra = nodes.Texts(map, "extraScopes") ?? [];
        var portals = nodes.Maps(map, "portals", "id", "mailDomains", "webhookHosts", "allowedApps", "credentials")
            .Select(portal => (Portal: ReadPortal(nodes, portal, extra), portal.Node)).ToList();
        if (map is not null && portals.Count == 0) nodes.Say(root, "the list 'portals' is missing or empty.");
        foreach (var twice in portals.GroupBy(one => one.Portal.Id).SelectMany(same => same.Skip(1)))
            nodes.Say(twice.Node, $"the account {twice.Portal.Id} stands here a second time.");
        return new([.. portals.Select(one => one.Portal)]);
    }

    private static PortalRegistry ReadPortal(RegistryNodes nodes, RegistryMap portal, IReadOnlyList<string> extraScopes)
    {
        var credentials = nodes
            .Maps(portal, "credentials",
                "id", "kind", "objectId", "name", "owner", "purpose", "consumers", "neededScopes",
                "ageLimit", "created", "rotated", "ended", "multiAccount")
            .Select(entry => (Credential: ReadCredential(nodes, entry, extraScopes), entry.Node))
            .ToList();
        foreach (var twice in credentials.GroupBy(one => one.Credential.Id).SelectMany(same => same.Skip(1)))
            nodes.Say(twice.Node, $"the id '{twice.Credential.Id}' stands here a second time.");
        foreach (var twice in credentials.Where(one => one.Credential.ObjectId is not null)
            .GroupBy(one => (one.Credential.Kind, one.Credential.ObjectId))
            .SelectMany(same => same.Skip(1)))
        {
            nodes.Say(twice.Node, $"the objectId '{twice.Credential.ObjectId}' of this kind stands here a second time.");
        }
        return new(nodes.Number(portal, "id"))
        {
            Credentials = [.. credentials.Select(one => one.Credential)],
            AllowedApps = nodes.Texts(portal, "allowedApps") is { } apps ? new HashSet<string>(apps) : null,
            MailDomains = new HashSet<string>(nodes.Hosts(portal, "mailDomains")),
            WebhookHosts = new HashSet<string>(nodes.Hosts(portal, "webhookHosts")),
        };
    }

    private static RegisteredCredential ReadCredential(RegistryNodes nodes, RegistryMap entry, IReadOnlyList<string> extraScopes)
    {
        var (created, rotated, ended) = (nodes.Date(entry, "created"), nodes.Date(entry, "rotated"), nodes.Date(entry, "ended"));
        if (rotated < created) nodes.Say(entry.Node, "'rotated' lies before 'created'.");
        if (ended < created || ended < rotated) nodes.Say(entry.Node, "'ended' lies before 'created' or 'rotated'.");
        return new RegisteredCredential
        {
            Id = ReadId(nodes, entry),
            Kind = nodes.OneOf(entry, "kind", Kinds),
            ObjectId = nodes.Text(entry, "objectId"),
            Name = nodes.Text(entry, "name"),
            Owner = nodes.Required(entry, "owner"),
            Purpose = nodes.Text(entry, "purpose"),
            Consumers = nodes.Texts(entry, "consumers") ?? [],
            NeededScopes = nodes.Scopes(entry, "neededScopes", extraScopes),
            AgeLimit = nodes.Days(entry, "ageLimit"),
            Created = created,
            Rotated = rotated,
            Ended = ended,
            MultiAccount = nodes.Flag(entry, "multiAccount"),
        };
    }

    // It stands in the addresses of pages.
    private static string ReadId(RegistryNodes nodes, RegistryMap entry)
    {
        var id = nodes.Required(entry, "id");
        if (id.Length > LongestId || id.Contains('/', StringComparison.Ordinal))
            nodes.Say(entry.Node, $"'id' must have at most {LongestId} letters and no slash.");
        return id;
    }

    // The parser keeps its own stack; what builds the tree calls itself, and a file of a million brackets would end the process. Forty lines
    // of aliases, each naming the one before twice, are a tree of a million million nodes.
    private static string? Trap(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        var level = 0;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            if (at is AnchorAlias) return $"line {at.Start.Line}: an alias (*name) stands for other lines; write them out.";
            level += at.NestingIncrease;
            if (level > MostLevels) return $"line {at.Start.Line}: nested more than {MostLevels} levels deep.";
        }
        return null;
    }

    private static int LineOf(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}
