using ChatOrleans.Users;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Auth;

namespace ChatOrleans.WebFront.Limits;

/// <summary>What one call of a route costs its caller; the last one said of a route counts.</summary>
/// <param name="Each">How many items that a list is asked for cost one token more; 0 where that does not matter.</param>
/// <param name="Kind">Of what; null goes by the method.</param>
internal sealed record CallCost(int Tokens, int Each = 0, RateKind? Kind = null)
{
    /// <summary>By the limit that is asked for, not by what there is: the price is taken before anything is read.</summary>
    public int Of(HttpRequest request) => Each == 0 ? Tokens : Tokens + (Paging.LimitOrNone(request.Query["limit"]) / Each);
}

/// <summary>Takes the price of each REST call before its body is read.</summary>
internal static class CallCosts
{
    public static TBuilder Costs<TBuilder>(this TBuilder route, int tokens)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CallCost(tokens));

    /// <summary>One token, and one more for every so many items of the <c>limit</c>.</summary>
    public static TBuilder CostsByLimit<TBuilder>(this TBuilder route, int each = 50)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new CallCost(1, each));

    public static void UseCallCosts(this WebApplication app)
    {
        var budgets = app.Services.GetRequiredService<Budgets>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<CallCost>() is { } cost && Caller.TryOf(context.User, out var actor)
                && await budgets.Spend(actor.Id, cost.Kind ?? KindOf(context.Request), cost.Of(context.Request)) is { } wait)
            {
                await Problems.Write(context, budgets.Refusal(wait, "call"));
                return;
            }

            await next(context);
        });
    }

    private static RateKind KindOf(HttpRequest request) => HttpMethods.IsGet(request.Method) ? RateKind.Reads : RateKind.Commands;
}
