using System.Globalization;
using HubSpotMonitor.Functions.Api;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace HubSpotMonitor.Functions.Pages.Reference;

/// <summary>A parameter or a property.</summary>
public sealed record ReferenceField(string Name, TypeWords Type, bool IsNeeded, string? Meaning);

/// <param name="Says">The status and its name.</param>
/// <param name="Type">Null: nothing is answered.</param>
/// <param name="ContentTypes">None: nothing is answered.</param>
public sealed record ReferenceAnswer(string Says, TypeWords? Type, string ContentTypes);

/// <summary>What is sent with a request: an object, or a list of objects, with these fields.</summary>
public sealed record ReferenceBody(TypeWords Type, string? Meaning, IReadOnlyList<ReferenceField> Fields);

public sealed record ReferenceOperation(
    string Method, string Path, string Summary, IReadOnlyList<ReferenceField> Asks, ReferenceBody? Body, IReadOnlyList<ReferenceAnswer> Answers)
{
    /// <summary>The same for the same address whatever else the API has, for links that are kept.</summary>
    public string Anchor { get; } = $"{Method}{Path}"
        .Replace('/', '-')
        .Replace("{", "", StringComparison.Ordinal)
        .Replace("}", "", StringComparison.Ordinal)
        .ToLowerInvariant();

    /// <summary>Whether a click can ask it: it changes nothing and needs nothing.</summary>
    public bool IsOpenable => Method == "GET" && !Path.Contains('{', StringComparison.Ordinal) && !Asks.Any(asked => asked.IsNeeded);
}

/// <summary>A type of the API: an enumeration has values, any other fields.</summary>
public sealed record ReferenceSchema(string Name, string? Meaning, IReadOnlyList<string> Values, IReadOnlyList<ReferenceField> Fields);

/// <summary>The API's description as its page shows it: operations by address, schemas by name.</summary>
public sealed record ReferenceModel(IReadOnlyList<ReferenceOperation> Operations, IReadOnlyList<ReferenceSchema> Schemas)
{
    public static ReferenceModel Of(OpenApiDocument document) => new(
        [
            .. document.Paths
                .OrderBy(path => path.Key, StringComparer.Ordinal)
                .SelectMany(path => (path.Value.Operations ?? []).Select(operation => Of(path.Key, operation.Key, operation.Value))),
        ],
        [
            .. (document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
                .OrderBy(schema => schema.Key, StringComparer.Ordinal)
                .Select(schema => Of(schema.Key, schema.Value)),
        ]);

    private static ReferenceOperation Of(string path, HttpMethod method, OpenApiOperation operation) => new(
        method.Method,
        path,
        operation.Summary ?? "",
        // What is in the address explains itself.
        [
            .. (operation.Parameters ?? [])
                .Where(parameter => parameter.In == ParameterLocation.Query)
                .Select(parameter => new ReferenceField(
                    parameter.Name ?? "", TypeWords.Of(parameter.Schema!), parameter.Required, parameter.Description)),
        ],
        SchemaOf(operation.RequestBody?.Content) is { } body ? new(TypeWords.Of(body), body.Description, FieldsOf(body.Items ?? body)) : null,
        [
            .. (operation.Responses ?? [])
                .Where(answer => !IsAlways(answer.Key))
                .OrderBy(answer => answer.Key, StringComparer.Ordinal)
                .Select(answer => Of(answer.Key, answer.Value)),
        ]);

    private static ReferenceAnswer Of(string status, IOpenApiResponse answer) => new(
        $"{status} {ReasonPhrases.GetReasonPhrase(int.Parse(status, CultureInfo.InvariantCulture))}",
        SchemaOf(answer.Content) is { } schema ? TypeWords.Of(schema) : null,
        string.Join(", ", answer.Content?.Keys ?? []));

    private static ReferenceSchema Of(string name, IOpenApiSchema schema) => new(
        name,
        schema.Description,
        [.. (schema.Enum ?? []).Select(value => $"{value}")],
        FieldsOf(schema));

    private static IReadOnlyList<ReferenceField> FieldsOf(IOpenApiSchema schema) =>
    [
        .. (schema.Properties ?? new Dictionary<string, IOpenApiSchema>()).Select(property => new ReferenceField(
            property.Key, TypeWords.Of(property.Value), schema.Required?.Contains(property.Key) == true, property.Value.Description)),
    ];

    // Said once above all.
    private static bool IsAlways(string status) => ApiDescription.Always.Contains(int.Parse(status, CultureInfo.InvariantCulture));

    private static IOpenApiSchema? SchemaOf(IDictionary<string, OpenApiMediaType>? content) => content?.Values.FirstOrDefault()?.Schema;
}
