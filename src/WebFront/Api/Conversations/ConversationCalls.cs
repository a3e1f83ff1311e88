using System.Collections.Immutable;
using System.Security.Claims;
using ChatOrleans.Errors;
using ChatOrleans.Grains;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Api;

/// <summary>Conversations themselves: list, create, read, change, mark read, typing, and what changed when.</summary>
internal static class ConversationCalls
{
    public static void MapConversations(this RouteGroupBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations");
        // Each is asked of its own grain.
        conversations.MapGet("", List).CostsByLimit(each: 10).WithSummary("My conversations, latest activity first")
            .AnswersList("conversation", "A bare array.").Links("prev: less recent conversations")
            .ProducesProblems(ErrorCode.InvalidRequest);
        conversations.MapPost("", Create).WithSummary("Create a conversation").TakesLists()
            .Describe("In every member's list once answered. A direct one between the same two users is always the same.")
            .Answers("conversation", "The new conversation.", StatusCodes.Status201Created)
            .Answers("conversation", "It was there already: a direct one, or a repeated client_request_id.")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.TooLarge);

        var one = conversations.MapGroup("/{id}");
        one.MapGet("", Get).Needs(ConversationAction.Read).WithSummary("One conversation").Answers("conversation", "As I see it.").ProducesProblems(ErrorCode.NotAMember);
        one.MapPatch("", Change).Needs(ConversationAction.ChangeConversation, ConversationAction.KeepOwnMarks).WithSummary("Change title, meta or history; mute it for me")
            .Describe("Title, meta and history: owner and admins only, in a direct conversation both. Muting: every member, for themselves.")
            .Answers("conversation", "As it now is.")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember, ErrorCode.Forbidden, ErrorCode.TooLarge);
        one.MapGet("/changes", Changes).CostsByLimit().Needs(ConversationAction.Read).WithSummary("What changed, by rev, oldest first")
            .AnswersList("change", "A bare array.").Links("next: further changes")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember);
        one.MapPost("/read", MarkRead).Needs(ConversationAction.KeepOwnMarks).WithSummary("Read up to a message")
            .Describe("Also marks this conversation's notifications up to there read. A mark never goes back.")
            .Answers("read", "Where the mark now is.").ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember);
        one.MapPost("/typing", Typing).Needs(ConversationAction.ShowTyping).WithSummary("I am typing").AnswersNothing("The others who are connected are told.")
            .ProducesProblems(ErrorCode.NotAMember);
    }

    private static async Task<FrameAnswer<FrameList<ConversationObject>>> List(
        string? before, string? limit, ClaimsPrincipal principal, IGrainFactory grains, ConversationViews views, HttpContext http)
    {
        var most = Paging.Limit(limit);
        var user = Caller.Of(principal).Id;
        var page = await grains.User(user).Conversations(Paging.Position(before, "before"), most);
        if (page.More && page.Marks is [.., var oldest])
        {
            http.AddLink(Links.Older, "before", oldest.Activity, most);
        }

        return Answer.List(await views.Read(user, page.Marks));
    }

    private static async Task<FrameAnswer<ConversationObject>> Create(
        CreateBody body, ClaimsPrincipal principal, IGrainFactory grains, ConversationViews views, IOptions<ChatLimits> limits, Budgets budgets,
        HttpContext http)
    {
        var actor = Caller.Of(principal);
        var (id, command) = body.Check(actor, limits.Value);
        // Each member's grain stores it; where they are more than may be, none will.
        var members = command.Members.Select(member => member.UserId).Append(actor.Id).Distinct().Count();
        await budgets.Charge(actor.Id, members > limits.Value.Members ? 0 : members / 25);
        var outcome = await grains.Conversation(id).Create(command);
        http.Response.Headers.Location = $"/api/conversations/{id}";
        return Answer.Of(
            await views.With(actor.Id, outcome.View), outcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<FrameAnswer<ConversationObject>> Get(string id, ClaimsPrincipal principal, ConversationViews views) =>
        Answer.Of(await views.Read(Caller.Of(principal).Id, GrainLookups.ConversationIdOf(id)));

    private static async Task<FrameAnswer<ConversationObject>> Change(
        string id, ChangeBody body, ClaimsPrincipal principal, IGrainFactory grains, ConversationViews views, ReadCommands reads)
    {
        var actor = Caller.Of(principal);
        var conversation = grains.Conversation(id);
        // What may be refused comes first: a refusal then leaves nothing half done.
        var view = body.ForAll(actor) is { } command ? await conversation.Change(command) : await conversation.View(actor.Id);
        if (body.Muted is { } muted)
        {
            await reads.SetMuted(actor, id, muted);
        }

        return Answer.Of(await views.With(actor.Id, view));
    }

    private static async Task<FrameAnswer<FrameList<ChangeObject>>> Changes(
        string id, string? after, string? limit, ClaimsPrincipal principal, IGrainFactory grains, HttpContext http)
    {
        var most = Paging.Limit(limit);
        var conversation = GrainLookups.ConversationIdOf(id);
        var page = await grains.Conversation(conversation).ReadChanges(Caller.Of(principal).Id, Paging.Position(after, "after") ?? 0, most);
        if (page.More && page.Changes is [.., var last])
        {
            http.AddLink(Links.Newer, "after", last.Rev, most);
        }

        return Answer.List(page.Changes.Select(change => new ChangeObject(conversation, change)).ToImmutableArray());
    }

    private static async Task<FrameAnswer<ReadObject>> MarkRead(string id, ReadBody body, ClaimsPrincipal principal, ReadCommands reads)
    {
        var seq = body.Seq is { } given and >= 0 ? given : throw ChatException.Invalid("seq must be a whole number from 0 on.");
        return Answer.Of(new ReadObject(await reads.MarkRead(Caller.Of(principal), id, seq)));
    }

    private static async Task<NoContent> Typing(string id, ClaimsPrincipal principal, ReadCommands reads)
    {
        await reads.Typing(Caller.Of(principal), id);
        return TypedResults.NoContent();
    }
}
