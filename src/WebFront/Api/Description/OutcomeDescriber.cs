using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChatOrleans.WebFront.Api.Description;

/// <summary>Writes every outcome of a call into its description: each success with its object, each refusal with its codes.</summary>
internal sealed class OutcomeDescriber : IOpenApiOperationTransformer
{
    private static readonly Dictionary<string, string> NumbersInQueries = new()
    {
        ["limit"] = $"How many, {Paging.DefaultLimit} where left out; more than {Paging.MostLimit} is taken as {Paging.MostLimit}.",
        ["cursor"] = "The last cursor seen; left out: a snapshot of now.",
    };

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var successes = metadata.OfType<AnswerOutcome>().ToList();
        if (successes.Count == 0)
        {
            return Task.CompletedTask;
        }

        operation.Responses = [];
        foreach (var success in successes)
        {
            operation.Responses[StatusText(success.Status)] = Success(success, metadata.OfType<AnswerHeader>(), context.Document);
        }

        foreach (var refusals in Refusals(metadata).GroupBy(code => new Failure(code, "").Status))
        {
            operation.Responses[StatusText(refusals.Key)] = Refusal(refusals, context.Document);
        }

        DescribeQuery(operation);
        return Task.CompletedTask;
    }

    private static IEnumerable<ErrorCode> Refusals(IList<object> metadata)
    {
        var codes = metadata.OfType<ProblemOutcomes>().SelectMany(outcomes => outcomes.Codes);
        if (metadata.OfType<IAuthorizeData>().Any() && !metadata.OfType<IAllowAnonymous>().Any())
        {
            codes = codes.Append(ErrorCode.Unauthenticated).Append(ErrorCode.Forbidden);
        }

        return codes.Append(ErrorCode.RateLimited).Append(ErrorCode.Internal).Append(ErrorCode.Unavailable).Distinct().Order();
    }

    private static OpenApiResponse Success(AnswerOutcome success, IEnumerable<AnswerHeader> headers, OpenApiDocument? document)
    {
        var response = new OpenApiResponse
        {
            Description = success.Description,
            Headers = headers.ToDictionary(header => header.Name, IOpenApiHeader (header) =>
                new OpenApiHeader { Description = header.Description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } }),
        };
        if (success.Schema is { } name)
        {
            IOpenApiSchema schema = new OpenApiSchemaReference(name, document);
            response.Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = success.IsList ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
                },
            };
        }

        return response;
    }

    private static OpenApiResponse Refusal(IGrouping<int, ErrorCode> refusals, OpenApiDocument? document)
    {
        var names = refusals.Select(code => new Failure(code, "").Name).ToList();
        var response = new OpenApiResponse
        {
            Description = $"code: {string.Join(" or ", names)}",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference("problem", document) },
            },
        };
        if (refusals.Any(code => code is ErrorCode.RateLimited or ErrorCode.Unavailable))
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
            };
        }

        return response;
    }

    /// <summary>They are bound as text, so that refusals can explain themselves; clients should see what they are.</summary>
    private static void DescribeQuery(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter.Name is { } name && NumbersInQueries.TryGetValue(name, out var description))
            {
                parameter.Description = description;
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = name == "limit" ? "1" : "0" };
            }
            else if (parameter is { In: ParameterLocation.Query, Name: "before" or "after" })
            {
                parameter.Description = "Exclusive. For messages and changes a seq or rev, elsewhere taken from a Link.";
            }
        }
    }

    private static string StatusText(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
