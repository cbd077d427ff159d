using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace HubSpotMonitor.Functions.Api;

/// <summary>A parameter in an address's query, which the endpoint reads itself so that a wrong one is answered with a sentence.</summary>
internal sealed record QueryWord(string Name, string Meaning, bool IsNeeded = false)
{
    public static QueryWord Portal { get; } = new("portal", "The account's number; left out: all.");

    public static QueryWord OnePortal { get; } = new("portal", "The account's number.", IsNeeded: true);

    public static QueryWord From { get; } = new("from", "First instant, ISO 8601 with its zone; left out: a day before to.");

    public static QueryWord To { get; } = new("to", "The instant after the last, ISO 8601 with its zone; left out: now.");

    public static QueryWord Search { get; } = new("q", "Part of a name, an owner or a rule, as in the page's search.");

    public static QueryWord Csv { get; } = new("format", "json, or csv for a spreadsheet; left out: json.");
}

/// <summary>The body that an endpoint reads itself.</summary>
internal sealed record BodyWord(Type Type, bool IsNeeded);

/// <summary>The API in words, made when somebody asks for it: for programs <c>/openapi/v1.json</c> (OpenAPI 3.1), for people a page.</summary>
internal static class ApiDescription
{
    private const string Document = "v1";

    // Whoever signs in may get these at every address.
    public static readonly IReadOnlyList<int> Always = [StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden];

    public static void MapApiDescription(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", async context =>
        {
            var document = await DescribeAsync(context.RequestServices, context.RequestAborted);
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.WriteAsync(
                await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, context.RequestAborted), context.RequestAborted);
        }).WithMetadata(new ServedBy(FunctionNames.DescribeApi));

    // With services of its own, made when somebody asks: among the host's they would lengthen every cold start by a tenth.
    public static async Task<OpenApiDocument> DescribeAsync(IServiceProvider host, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection().AddLogging()
            .AddSingleton(host.GetRequiredService<IHostEnvironment>())
            .AddSingleton(host.GetRequiredService<EndpointDataSource>())
            .AddRouting()
            .ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        AddOpenApi(services);
        // What the host has as a service is no body of a request.
        var reader = services.Single(service => service.ServiceType == typeof(IApiDescriptionProvider));
        services.Remove(reader);
        services.AddTransient(own => (IApiDescriptionProvider)ActivatorUtilities.CreateInstance(
            own, reader.ImplementationType!, host.GetRequiredService<IServiceProviderIsService>()));
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Document).GetOpenApiDocumentAsync(cancellationToken);
    }

    private static void AddOpenApi(IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddOperationTransformer(CompleteAsync);
        options.AddSchemaTransformer((schema, _, _) =>
        {
            Simplify(schema);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new()
            {
                Title = "HubSpotMonitor",
                Version = Document,
                Description = "What the monitor's page shows, as JSON, and what can be done with it. Readers may GET; all else is for responders.",
            };
            // Relative: behind the platform's front the host does not know its own name.
            document.Servers = [];
            return Task.CompletedTask;
        });
    });

    /// <summary>What an endpoint is for and what it answers.</summary>
    public static RouteHandlerBuilder Tells<T>(this RouteHandlerBuilder endpoint, string summary, int status = StatusCodes.Status200OK) =>
        endpoint.WithSummary(summary).Produces<T>(status, "application/json").Refuses(Always);

    /// <summary>What an endpoint is for that answers nothing.</summary>
    public static RouteHandlerBuilder Tells(this RouteHandlerBuilder endpoint, string summary) =>
        endpoint.WithSummary(summary).Produces(StatusCodes.Status204NoContent).Refuses(Always);

    /// <summary>With which statuses it answers a problem (RFC 9457).</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IEnumerable<int> statuses)
    {
        foreach (var status in statuses) endpoint.ProducesProblem(status);
        return endpoint;
    }

    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint, params QueryWord[] words) => endpoint.WithMetadata([.. words]);

    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, bool isNeeded = true) =>
        endpoint.WithMetadata(new BodyWord(typeof(T), isNeeded));

    /// <summary>What an endpoint is for that answers with a file of lines.</summary>
    public static RouteHandlerBuilder Sends(this RouteHandlerBuilder endpoint, string summary, string contentType, params string[] others) =>
        endpoint.WithSummary(summary).Produces<string>(StatusCodes.Status200OK, contentType, others).Refuses(Always);

    // We read numbers from texts too, but write numbers; and what may be null may as well be absent.
    private static void Simplify(OpenApiSchema schema)
    {
        if (schema.Type is { } type
            && type.HasFlag(JsonSchemaType.String)
            && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number)))
        {
            schema.Type = type & ~JsonSchemaType.String;
            schema.Pattern = null;
        }
        if (schema.Required is { Count: > 0 } required && schema.Properties is { } properties)
            schema.Required = required.Where(name => !properties.TryGetValue(name, out var property) || !MayBeNull(property)).ToHashSet();
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true || schema.OneOf?.Any(one => one.Type?.HasFlag(JsonSchemaType.Null) == true) == true;

    private static async Task CompleteAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var word in metadata.OfType<QueryWord>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = word.Name,
                In = ParameterLocation.Query,
                Description = word.Meaning,
                Required = word.IsNeeded,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
        if (metadata.OfType<BodyWord>().LastOrDefault() is { } body)
        {
            var schema = await context.GetOrCreateSchemaAsync(body.Type, cancellationToken: cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.IsNeeded,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
            };
        }
    }
}
