using System.Diagnostics;
using ChatOrleans.Conversations;

namespace ChatOrleans.Grains.Nearby;

/// <summary>One message on its way to a conversation of this process. Its continuations run where it is completed: see <see cref="NearbyAnswers"/>.</summary>
internal sealed class NearbyPost(PostMessage command) : TaskCompletionSource<PostOutcome?>
{
    private PostOutcome? _outcome;
    private Exception? _refusal;

    public PostMessage Command => command;

    /// <summary>What the sender is traced by, as a grain call would carry it.</summary>
    public Activity? Activity { get; } = Activity.Current;

    /// <summary>Set in the grain's turns, before it is completed.</summary>
    public bool IsAnswered { get; private set; }

    public void Answer(PostOutcome? outcome, Exception? refusal) => (_outcome, _refusal, IsAnswered) = (outcome, refusal, true);

    public void Complete()
    {
        if (_refusal is null)
        {
            SetResult(_outcome);
        }
        else
        {
            SetException(_refusal);
        }
    }
}
