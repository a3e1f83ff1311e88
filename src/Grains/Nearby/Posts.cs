using ChatOrleans.Conversations;
using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Nearby;

/// <summary>Posts to conversations wherever they live: in this process without a grain call (<see cref="NearbyPosts"/>), elsewhere by <see cref="FarPosts"/>.</summary>
public sealed class Posts(NearbyPosts nearby, FarPosts far)
{
    /// <summary>
    /// Answers once the message is durable. Posts of one sender to a conversation may be begun one after another, and keep that order, also where the
    /// conversation moves meanwhile. Throws what <see cref="IConversationGrain.Post"/> throws.
    /// </summary>
    /// <param name="place">This post's, where the next is begun without waiting for it.</param>
    /// <param name="before">That of the sender's post before this one, where it was not waited for.</param>
    public async Task<PostOutcome> Post(ConversationId conversation, PostMessage command, PostPlace? place = null, PostPlace? before = null)
    {
        await GoBehind(before, conversation);
        if (before is null or { IsUnderWay: false } or { IsNear: true })
        {
            var posting = nearby.Post(conversation, command);
            place?.GoNear();
            if (await posting is { } outcome)
            {
                return outcome;
            }

            place?.ComeBack();
        }

        if (before is { IsUnderWay: true, IsInLine: false })
        {
            // It may be on its way to the line too, from an activation that has left without taking it.
            await before.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var answer = far.Post(conversation, command);
        place?.EnterLine(conversation);
        return await answer;
    }

    /// <summary>
    /// Waits until it is known where the one before it goes. A conversation may come here while that one is still on its way to where it was: the
    /// first to notice waits until it is answered, and those after it go behind this one. Else a busy sender would go by calls for ever.
    /// </summary>
    private async ValueTask GoBehind(PostPlace? before, ConversationId conversation)
    {
        if (before is { IsUnderWay: true })
        {
            await before.Taken;
            if (before.IsInLineTo(conversation) && nearby.Reaches(conversation))
            {
                await before.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
