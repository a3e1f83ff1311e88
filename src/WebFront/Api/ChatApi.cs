using System.Text.Json;
using System.Text.Json.Serialization;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.Json;

namespace ChatOrleans.WebFront.Api;

/// <summary>The door of this folder: the REST calls, a folder for each noun.</summary>
internal static class ChatApi
{
    /// <summary>Deeper than any documented body, meta included, and far from what a stack can take.</summary>
    private const int MostDepth = 16;

    public static WebApplicationBuilder AddChatApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChatCommands();
        services.AddSingleton<Budgets>();
        services.AddSingleton<ConnectionGate>();
        services.AddApiDescription();
        services.AddProblemDetails();
        services.AddExceptionHandler<FailureAnswers>();
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<JsonOptions>(options =>
        {
            var json = options.SerializerOptions;
            json.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.NumberHandling = JsonNumberHandling.Strict;
            json.PropertyNameCaseInsensitive = false;
            json.AllowDuplicateProperties = false;
            json.MaxDepth = MostDepth;
        });
        return builder;
    }

    /// <summary>Everything that goes wrong below leaves as a problem: what is thrown, and what routing answers by itself.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context =>
        {
            // Routing has a word of its own for a body that is no JSON; the contract has one for all bodies that it cannot read.
            var status = context.HttpContext.Response.StatusCode is StatusCodes.Status415UnsupportedMediaType
                ? StatusCodes.Status400BadRequest
                : context.HttpContext.Response.StatusCode;
            return Problems.Write(context.HttpContext, new Failure(CodeOf(status), DetailOf(status)), status);
        });
    }

    public static void MapChatApi(this WebApplication app)
    {
        var api = app.MapGroup("/api").RequireAuthorization().Costs(1).NeedsNoMembership();
        api.MapUsers();
        api.MapExports();
        api.MapTickets();
        api.MapConversations();
        api.MapMembers();
        api.MapMessages();
        api.MapNotifications();
        api.MapSync();
        api.MapAlerts();
        app.MapApiDescription();
    }

    private static ErrorCode CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => ErrorCode.Unauthenticated,
        StatusCodes.Status403Forbidden => ErrorCode.Forbidden,
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed => ErrorCode.NotFound,
        StatusCodes.Status413PayloadTooLarge => ErrorCode.TooLarge,
        StatusCodes.Status429TooManyRequests => ErrorCode.RateLimited,
        StatusCodes.Status503ServiceUnavailable => ErrorCode.Unavailable,
        < 500 => ErrorCode.InvalidRequest,
        _ => ErrorCode.Internal,
    };

    private static string DetailOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is no such call. /openapi/v1.json lists them all.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take that method. The Allow header says which it takes.",
        < 500 => "This server cannot read the request. A body is one JSON object with Content-Type: application/json.",
        _ => "Something went wrong here. It has been noted.",
    };
}
