using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api;
using ChatOrleans.WebFront.Api.Description;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Operator;

/// <param name="Days">Null or left out: no bound.</param>
/// <param name="Messages">Likewise.</param>
internal sealed record RetentionBody(double? Days = null, long? Messages = null);

internal sealed record RetentionAnswer(double? Days, long? Messages, long FirstSeq, long LastSeq, bool Removing);

/// <summary>What the operator sees and does of the cluster and of conversations.</summary>
internal static class ClusterCalls
{
    private const double MostDays = 36_500;

    public static void MapCluster(this RouteGroupBuilder calls)
    {
        calls.MapGet("/members", async (ClusterView cluster) => TypedResults.Ok(await cluster.Members()))
            .WithSummary("Members of the cluster").AnswersList("cluster_member", "Active ones first, then the youngest.");
        calls.MapGet("/conversations", async (ClusterView cluster) => TypedResults.Ok(await cluster.Lagging()))
            .WithSummary("Conversations behind").AnswersList("lagging", "Furthest behind first, at most 50.");
        calls.MapGet("/front", async (FrontView front) => TypedResults.Ok(await front.Look()))
            .WithSummary("How the web front that answers is").Answers("front", "What its /health paths say, with the reasons.");
        calls.MapPost("/members/{address}/drain", DrainThat).WithSummary("Drain a web front")
            .Describe("Whichever front answers. The named one is not ready from now on, and its devices are told to come back (1012), spread as at a restart; who comes to it all the same is served.")
            .AnswersNothing("It drains.").ProducesProblems(ErrorCode.NotFound);
        calls.MapDelete("/members/{address}/drain", EndDrainThat).WithSummary("Have a web front take work again")
            .AnswersNothing("It is ready again.").ProducesProblems(ErrorCode.NotFound);
        calls.MapPost("/drain", Drain).WithSummary("Drain the web front that answers").AnswersNothing("It drains.");
        calls.MapDelete("/drain", EndDrain).WithSummary("Have the web front that answers take work again").AnswersNothing("It is ready again.");
        calls.MapGet("/conversations/{id}/retention", ReadRetention).WithSummary("How much of a conversation is kept")
            .Answers("retention", "Days and messages both null: all. While messages are being removed, first_seq rises.").ProducesProblems(ErrorCode.NotFound);
        calls.MapPost("/conversations/{id}/retention", SetRetention).WithSummary("Set how much of a conversation is kept")
            .Describe("What is beyond it is removed at once, for good, and from then on as it comes to be beyond it.")
            .AnswersNothing("It is set, and what is beyond it is gone; of a long history after a while.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotFound);
    }

    private static async Task<NoContent> DrainThat(string address, Fronts fronts)
    {
        await fronts.Drain(address, on: true);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> EndDrainThat(string address, Fronts fronts)
    {
        await fronts.Drain(address, on: false);
        return TypedResults.NoContent();
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

    private static async Task<Ok<RetentionAnswer>> ReadRetention(string id, IGrainFactory grains)
    {
        var keeping = Keeping(grains, id);
        var (retention, sweep) = (await keeping.GetRetention(), await keeping.SweepState());
        return TypedResults.Ok(new RetentionAnswer(retention.Age?.TotalDays, retention.Messages, sweep.FirstSeq, sweep.LastSeq, sweep.Running));
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

    /// <summary>Unlike a user, an operator may know what exists: what is no id names no conversation.</summary>
    private static IConversationKeeping Keeping(IGrainFactory grains, string id) => ConversationId.TryParse(id, null, out var conversation)
        ? grains.Reach<IConversationKeeping>(conversation.Value)
        : throw ChatException.NotFound("There is no such conversation.");
}
