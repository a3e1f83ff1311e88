using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Operator;

/// <param name="Days">Null or left out: no bound.</param>
/// <param name="Messages">Likewise.</param>
internal sealed record RetentionBody(double? Days = null, long? Messages = null);

/// <summary>What the operator sees and does of the cluster and of conversations.</summary>
internal static class ClusterCalls
{
    private const double MostDays = 36_500;

    public static void MapCluster(this RouteGroupBuilder calls)
    {
        calls.MapGet("/members", (ClusterView cluster) => TypedResults.Ok(cluster.Members()));
        calls.MapGet("/conversations", async (ClusterView cluster) => TypedResults.Ok(await cluster.Lagging()));
        calls.MapPost("/drain", Drain);
        calls.MapDelete("/drain", EndDrain);
        calls.MapGet("/conversations/{id}/retention", ReadRetention);
        calls.MapPost("/conversations/{id}/retention", SetRetention);
    }

    private static NoContent Drain(Draining draining)
    {
        draining.Begin();
        return TypedResults.NoContent();
    }

    private static NoContent EndDrain(Draining draining)
    {
        draining.End();
        return TypedResults.NoContent();
    }

    private static async Task<Ok<RetentionBody>> ReadRetention(string id, IGrainFactory grains)
    {
        var retention = await Keeping(grains, id).GetRetention();
        return TypedResults.Ok(new RetentionBody(retention.Age?.TotalDays, retention.Messages));
    }

    private static async Task<NoContent> SetRetention(string id, RetentionBody body, IGrainFactory grains)
    {
        if (body.Days is not (null or (> 0 and <= MostDays)) || body.Messages is <= 0)
        {
            throw ChatException.Invalid("days is a number above 0, and messages a whole number above 0; without either, all is kept.");
        }

        await Keeping(grains, id).SetRetention(new Retention(body.Days is { } days ? TimeSpan.FromDays(days) : null, body.Messages));
        return TypedResults.NoContent();
    }

    private static IConversationKeeping Keeping(IGrainFactory grains, string id) =>
        grains.GetGrain<IConversationKeeping>(GrainLookups.ConversationIdOf(id).Value);
}
