using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace HubSpotMonitor.Functions.Pages.Reference;

/// <summary>A schema in few words, with the one name in it that has a sheet of its own.</summary>
/// <param name="Before">"list of ", or all of it.</param>
/// <param name="Name">A schema's name; null: there is none in it.</param>
/// <param name="After">" or null", mostly nothing.</param>
public sealed record TypeWords(string Before, string? Name = null, string After = "")
{
    private const string Anything = "anything";

    public static TypeWords Of(IOpenApiSchema schema) => schema switch
    {
        OpenApiSchemaReference { Reference.Id: { } name } => new("", name),
        { OneOf: { Count: > 0 } choices } => OrNull(Of(choices.FirstOrDefault(choice => !IsNothing(choice)) ?? choices[0]), choices.Any(IsNothing)),
        { Enum: { Count: > 0 } values } => OrNull(new(string.Join(", ", values.OfType<JsonNode>())), values.Any(value => value is null)),
        { Type: { } type } => OrNull(Plain(schema, type & ~JsonSchemaType.Null), type.HasFlag(JsonSchemaType.Null)),
        _ => new(Anything),
    };

    private static TypeWords Plain(IOpenApiSchema schema, JsonSchemaType type) => type switch
    {
        JsonSchemaType.Array when schema.Items is { } item => ListOf(Of(item)),
        JsonSchemaType.String => new(schema.Format switch { "date-time" => "instant", "date" => "day", "uri" => "address", _ => "text" }),
        JsonSchemaType.Integer => new("whole number"),
        JsonSchemaType.Number => new("number"),
        JsonSchemaType.Boolean => new("true or false"),
        JsonSchemaType.Object => new("object"),
        _ => new(Anything),
    };

    private static TypeWords ListOf(TypeWords item) => item with { Before = $"list of {item.Before}" };

    private static TypeWords OrNull(TypeWords words, bool mayBeNull) => mayBeNull ? words with { After = $"{words.After} or null" } : words;

    private static bool IsNothing(IOpenApiSchema schema) => schema.Type == JsonSchemaType.Null;
}
