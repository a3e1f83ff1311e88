using System.Text.Json;
using ChatOrleans.WebFront.Auth;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace ChatOrleans.WebFront.Api.Description;

/// <summary>The door of this folder: /openapi/v1.json, made from the routes and from the contract's objects in components.json.</summary>
internal static class ApiDescription
{
    public const string Document = "v1";

    private const string Bearer = "bearer";

    public static IServiceCollection AddApiDescription(this IServiceCollection services) => services.AddSingleton<DescriptionText>().AddOpenApi(Document, options =>
    {
        options.AddDocumentTransformer(AddObjects);
        options.AddSchemaTransformer(DescribeBody);
        options.AddOperationTransformer<OutcomeDescriber>();
    });

    public static void MapApiDescription(this WebApplication app) => app
        .MapGet($"/openapi/{Document}.json", async (DescriptionText text) => TypedResults.Bytes(await text.Read(), "application/json;charset=utf-8"))
        .AllowAnonymous().ExcludeFromDescription();

    private static Task AddObjects(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ChatOrleans",
            Version = "v1",
            Description = "Chat and notifications. What sockets push is described in docs/wire-contract.md.",
        };
        // The address that the document was fetched from is the one to call.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = Bearer, BearerFormat = "JWT" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, schema) in Objects())
        {
            document.Components.Schemas[name] = schema;
        }

        document.RegisterComponents();
        return Task.CompletedTask;
    }

    /// <summary>Bodies are bound with everything optional, so that each refusal can name its field; clients should see what must be there.</summary>
    private static Task DescribeBody(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(JsonElement))
        {
            schema.Type = JsonSchemaType.Object;
        }

        foreach (var name in schema.Required ?? new HashSet<string>())
        {
            if (schema.Properties?.TryGetValue(name, out var property) == true && property is OpenApiSchema inline)
            {
                inline.Type &= ~JsonSchemaType.Null;
            }
        }

        return Task.CompletedTask;
    }

    private static IDictionary<string, IOpenApiSchema> Objects()
    {
        using var stream = typeof(ApiDescription).Assembly.GetManifestResourceStream("components.json")!;
        using var text = new StreamReader(stream);
        return OpenApiDocument.Parse(text.ReadToEnd(), OpenApiConstants.Json).Document!.Components!.Schemas!;
    }
}
