using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.WebFront.Api.Description;
using ChatOrleans.WebFront.Auth;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using ChatOrleans.WebFront.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ChatOrleans.WebFront.Api;

/// <param name="Text">Not blank; 8,000 characters at the most.</param>
/// <param name="ClientMessageId">The sender's own id of this message: a repeat with it makes no second one.</param>
/// <param name="Meta">Any JSON object, 4 KiB and 4 levels at the most.</param>
internal sealed record SendBody(string? Text, string? ClientMessageId = null, JsonElement? Meta = null)
{
    /// <summary>Without what was written.</summary>
    public override string ToString() => $"SendBody {{ {ClientMessageId} }}";
}

internal sealed record EditBody(string? Text)
{
    /// <summary>Without what was written.</summary>
    public override string ToString() => nameof(EditBody);
}

/// <summary>A conversation's history: read, send, edit, delete.</summary>
internal static class MessageCalls
{
    public static void MapMessages(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/conversations/{id}/messages").WithTags("Messages");
        messages.MapGet("", Read).CostsByLimit().Needs(ConversationAction.Read).WithSummary("History by seq, oldest first")
            .Describe("Without a bound the newest; after= the oldest after it; before= the newest before it; with both, the oldest of what lies between. Both exclude the seq they name.")
            .AnswersList("message", "A bare array.").Links("prev: older messages", "next: newer messages")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember);
        messages.MapPost("", Send).Needs(ConversationAction.Post).WithSummary("Send a message")
            .Describe("Answered once the message is durable. A repeated client_message_id gets the message that it made, as it now is.")
            .Answers("message", "The new message.", StatusCodes.Status201Created)
            .Answers("message", "It was sent before: that message, as it now is.")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember, ErrorCode.Conflict, ErrorCode.TooLarge);
        messages.MapPatch("/{message_id}", Edit).Needs(ConversationAction.ChangeOwnMessage, ConversationAction.ChangeOthersMessage)
            .WithSummary("Edit a message").Describe("One's own, or anybody's as owner or admin.")
            .Answers("message", "As it now is.")
            .ProducesProblems(ErrorCode.InvalidRequest, ErrorCode.NotAMember, ErrorCode.Forbidden, ErrorCode.NotFound, ErrorCode.TooLarge);
        messages.MapDelete("/{message_id}", Delete).Needs(ConversationAction.ChangeOwnMessage, ConversationAction.ChangeOthersMessage)
            .WithSummary("Delete a message")
            .Describe("One's own, or anybody's as owner or admin. Its seq stays; a second time changes nothing.")
            .AnswersNothing("It is deleted.")
            .ProducesProblems(ErrorCode.NotAMember, ErrorCode.Forbidden, ErrorCode.NotFound);
    }

    private static async Task<FrameAnswer<FrameList<MessageObject>>> Read(
        string id, string? before, string? after, string? limit, ClaimsPrincipal principal, MessageCommands messages, HttpContext http)
    {
        var most = Paging.Limit(limit);
        var page = await messages.Read(
            Caller.Of(principal), id, Paging.Position(before, "before"), Paging.Position(after, "after"), most);
        if (page.Messages is [var first, ..] && page.Older)
        {
            http.AddLink(Links.Older, "before", first.Seq, most);
        }

        if (page.Messages is [.., var last] && page.Newer)
        {
            http.AddLink(Links.Newer, "after", last.Seq, most);
        }

        return Answer.List(page.Messages.Select(message => new MessageObject(message)).ToImmutableArray());
    }

    private static async Task<FrameAnswer<MessageObject>> Send(string id, SendBody body, ClaimsPrincipal principal, MessageCommands messages)
    {
        var outcome = await messages.Send(Caller.Of(principal), id, body.Text, body.ClientMessageId, MetaText.Of(body.Meta));
        return Answer.Of(new MessageObject(outcome.Message), outcome.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    private static async Task<FrameAnswer<MessageObject>> Edit(
        string id, string message_id, EditBody body, ClaimsPrincipal principal, MessageCommands messages) =>
        Answer.Of(new MessageObject(await messages.Edit(Caller.Of(principal), id, message_id, body.Text)));

    private static async Task<NoContent> Delete(string id, string message_id, ClaimsPrincipal principal, MessageCommands messages)
    {
        await messages.Delete(Caller.Of(principal), id, message_id);
        return TypedResults.NoContent();
    }
}
