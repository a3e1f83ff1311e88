using System.Collections.Immutable;
using System.Security.Claims;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Api;

/// <param name="UserId">Who. A member already: then label and role are changed, where they are given.</param>
/// <param name="Label">What others see as <c>sender</c>, such as "customer"; 64 characters at the most.</param>
/// <param name="Role">member, admin or owner.</param>
internal sealed record MemberBody(string? UserId, string? Label = null, string? Role = null);

/// <summary>Who is in a conversation: list, add, change, remove, leave.</summary>
internal static class MemberCalls
{
    public static void MapMembers(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/conversations/{id}/members").WithTags("Members");
        members.MapGet("", Read).CostsByLimit().Needs(ConversationAction.Read).WithSummary("All members, in the order of their ids")
            .AnswersList("member", "A bare array.").Links("next: further members")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember);
        members.MapPost("", Add).Needs(ConversationAction.AddMember, ConversationAction.ChangeMember, ConversationAction.MakeOrChangeOwner)
            .WithSummary("Add a member, or change one's label and role").Describe("Owner and admins only.")
            .Answers("conversation", "The conversation, once it is in the new member's list.")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember, ErrorCode.Forbidden);
        members.MapDelete("/{user_id}", Remove)
            .Needs(ConversationAction.Leave, ConversationAction.RemoveMember, ConversationAction.RemoveAdmin, ConversationAction.RemoveOwner)
            .WithSummary("Remove a member, or leave")
            .AnswersNothing("They are out, and have been told.")
            .ProducesProblems(ErrorCode.NotAMember, ErrorCode.Forbidden, ErrorCode.NotFound);
    }

    private static async Task<FrameAnswer<FrameList<MemberObject>>> Read(
        string id, string? after, string? limit, ClaimsPrincipal principal, IGrainFactory grains, HttpContext http)
    {
        var most = Paging.Limit(limit);
        UserId? from = null;
        if (!string.IsNullOrEmpty(after))
        {
            from = UserId.TryParse(after, null, out var user) ? user : throw ChatException.Invalid("after must be taken from a Link.");
        }

        var page = await grains.Conversation(id).ReadMembers(Caller.Of(principal).Id, from, most);
        if (page.More && page.Members is [.., var last])
        {
            http.AddLink(Links.Newer, "after", last.UserId.Value, most);
        }

        return Answer.List(page.Members.Select(member => new MemberObject(member)).ToImmutableArray());
    }

    private static async Task<FrameAnswer<ConversationObject>> Add(
        string id, MemberBody body, ClaimsPrincipal principal, IGrainFactory grains, ConversationViews views)
    {
        var actor = Caller.Of(principal);
        var member = new NewMember(UserIds.Parse(body.UserId), body.Label, Choices.Role(body.Role));
        return Answer.Of(await views.With(actor.Id, await grains.Conversation(id).AddMember(new AddMember(actor, member))));
    }

    private static async Task<NoContent> Remove(string id, string user_id, ClaimsPrincipal principal, IGrainFactory grains)
    {
        var actor = Caller.Of(principal);
        var conversation = grains.Conversation(id);
        if (!UserId.TryParse(user_id, null, out var user))
        {
            // Not found, but only for members: others are told that they are none.
            await conversation.View(actor.Id);
            throw ChatException.NotFound("This user is not a member.");
        }

        await conversation.RemoveMember(new RemoveMember(actor, user));
        return TypedResults.NoContent();
    }
}
