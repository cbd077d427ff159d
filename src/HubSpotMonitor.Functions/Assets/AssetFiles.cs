using System.Collections.Frozen;
using HubSpotMonitor.Functions.Hosting;

namespace HubSpotMonitor.Functions.Assets;

/// <summary>The page's own files, embedded so that the executable needs no web root.</summary>
internal static class AssetFiles
{
    private const string Prefix = "Assets/";

    private static readonly FrozenDictionary<string, byte[]> Files = typeof(AssetFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], Read);

    public static string Link(string name) => $"/assets/{name}?v={ContentHash.Of(Files[name])}";

    public static IResult Answer(string name, string? version)
    {
        if (!Files.TryGetValue(name, out var content))
            return TypedResults.NotFound();

        // Under an address with its hash a file never changes; without, or with an old hash, the next deployment may change it.
        var cacheControl = version == ContentHash.Of(content) ? "public, max-age=31536000, immutable" : "no-cache";
        return new Tagged(content, ContentType(name), cacheControl);
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new NotSupportedException($"No content type is known for {other}."),
    };

    private static byte[] Read(string name)
    {
        using var stream = typeof(AssetFiles).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
