using ChatOrleans.Users;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Auth;

namespace ChatOrleans.WebFront.Limits;

/// <summary>What one call of a route costs its caller; the last one said of a route counts.</summary>
internal sealed record CallCost(int Tokens);

/// <summary>Takes the price of each REST call before its body is read.</summary>
internal static class CallCosts
{
    public static TBuilder Costs<TBuilder>(this TBuilder route, int tokens)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CallCost(tokens));

    public static void UseCallCosts(this WebApplication app)
    {
        var budgets = app.Services.GetRequiredService<Budgets>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<CallCost>() is { } cost && Caller.TryOf(context.User, out var actor)
                && await budgets.Of(actor.Id, KindOf(context.Request)).Spend(cost.Tokens) is { } wait)
            {
                await Problems.Write(context, budgets.Refusal(wait, "call"));
                return;
            }

            await next(context);
        });
    }

    private static RateKind KindOf(HttpRequest request) => HttpMethods.IsGet(request.Method) ? RateKind.Reads : RateKind.Commands;
}
