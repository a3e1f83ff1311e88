using ChatOrleans.Conversations;
using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Nearby;

internal static class PostAnswers
{
    /// <summary>A refusal becomes a value, so that one of many does not refuse the others. Throws what is no <see cref="ChatException"/>.</summary>
    public static async Task<PostAnswer> AsAnswer(this Task<PostOutcome> posting)
    {
        try
        {
            return new PostAnswer(await posting, Refusal: null);
        }
        catch (ChatException refusal)
        {
            return new PostAnswer(Outcome: null, refusal);
        }
    }
}
