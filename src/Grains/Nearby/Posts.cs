using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Nearby;

/// <summary>Posts to conversations wherever they live: in this process without a grain call (<see cref="NearbyPosts"/>), elsewhere by <see cref="FarPosts"/>.</summary>
public sealed class Posts(NearbyPosts nearby, FarPosts far)
{
    /// <summary>Answers once the message is durable. Throws what <see cref="IConversationGrain.Post"/> throws.</summary>
    /// <param name="order">
    /// Its connection's. Those of one conversation may then be begun without waiting for each other, and keep the order in which they were begun, also
    /// where the conversation moves meanwhile.
    /// </param>
    public Task<PostOutcome> Post(ConversationId conversation, PostMessage command, PostOrder? order)
    {
        var place = new PostPlace();
        var before = order?.Enter(conversation, place);
        return place.Begin(Post(conversation, command, place, before));
    }

    private async Task<PostOutcome> Post(ConversationId conversation, PostMessage command, PostPlace place, PostPlace? before)
    {
        if (before is not null)
        {
            await GoBehind(before, conversation);
        }

        var isBehind = before is { IsUnderWay: true };
        var near = isBehind ? before!.Near : null;
        if ((!isBehind || near is not null) && nearby.TryPost(conversation, command, near, out var activation, out var posting))
        {
            place.GoNear(activation);
            if (await posting is { } outcome)
            {
                return outcome;
            }

            place.ComeBack();
        }

        if (before is { IsUnderWay: true, IsInLine: false })
        {
            // It may be on its way to the line too, from an activation that has left without taking it.
            await before.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var answer = far.Post(conversation, command);
        place.EnterLine();
        return await answer;
    }

    /// <summary>
    /// Waits until it is known where the one before it goes. A conversation may come here while that one is still on its way to where it was: the
    /// first to notice waits until it is answered, and those after it go behind this one. Else a busy sender would go by calls for ever.
    /// </summary>
    private async ValueTask GoBehind(PostPlace before, ConversationId conversation)
    {
        await before.Taken;
        if (before.IsInLine && nearby.Reaches(conversation))
        {
            await before.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
