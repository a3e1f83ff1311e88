using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using Orleans.Serialization;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Posts to conversations by grain calls, wherever they live: one call at a time to each conversation, with all that has come for it from
/// this process meanwhile. So order is kept, a sender need not wait for one before the next, and the conversation stores together what comes together.
/// </summary>
public sealed class FarPosts(IGrainFactory grains)
{
    private const int MostPerCall = 64;

    private readonly ConcurrentDictionary<ConversationId, Line> _lines = new();

    /// <summary>Takes its place in the order before it returns. Throws what <see cref="IConversationGrain.Post"/> throws.</summary>
    public Task<PostOutcome> Post(ConversationId conversation, PostMessage command)
    {
        var post = new FarPost(command);
        while (!_lines.GetOrAdd(conversation, static (id, posts) => new Line(posts, id), this).TryAdd(post))
        {
            // That line had just ended: the next one begins.
        }

        return post.Task;
    }

    private sealed class FarPost(PostMessage command) : TaskCompletionSource<PostOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PostMessage Command => command;

        /// <summary>
        /// What the sender is traced by, where that is recorded: every connection has an activity of the web server's, also where nobody traces. Who is
        /// traced goes alone, so that the call carries it.
        /// </summary>
        public Activity? Activity { get; } = Activity.Current is { Recorded: true } traced ? traced : null;
    }

    private sealed class Line(FarPosts posts, ConversationId id)
    {
        private readonly Lock _gate = new();
        private readonly Queue<FarPost> _waiting = [];
        private bool _sending;
        private bool _ended;

        public bool TryAdd(FarPost post)
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                _waiting.Enqueue(post);
                if (_sending)
                {
                    return true;
                }

                _sending = true;
            }

            _ = SendAll();
            return true;
        }

        private async Task SendAll()
        {
            while (Take() is { } some)
            {
                Activity.Current = some[0].Activity;
                try
                {
                    var conversation = posts.Grains.Reach<IConversationGrain>(id.Value);
                    if (some is [var one])
                    {
                        one.SetResult(await conversation.Post(one.Command));
                    }
                    else
                    {
                        Answer(some, await PostMany(conversation, [.. some.Select(post => post.Command)]));
                    }
                }
                catch (Exception e)
                {
                    some.ForEach(post => post.TrySetException(e));
                    if (e is TimeoutException)
                    {
                        // They have waited as long, and would for as long again, behind each other.
                        GiveUp(e);
                    }
                }
            }
        }

        private static async Task<ImmutableArray<PostAnswer>> PostMany(IConversationGrain conversation, ImmutableArray<PostMessage> commands)
        {
            try
            {
                return await conversation.PostMany(commands);
            }
            catch (SerializerException)
            {
                // It lives in a process of the version before, which can't read such a call.
                var answers = ImmutableArray.CreateBuilder<PostAnswer>(commands.Length);
                foreach (var command in commands)
                {
                    answers.Add(await conversation.Post(command).AsAnswer());
                }

                return answers.MoveToImmutable();
            }
        }

        private void GiveUp(Exception reason)
        {
            FarPost[] waiting;
            lock (_gate)
            {
                waiting = [.. _waiting];
                _waiting.Clear();
            }

            Array.ForEach(waiting, post => post.SetException(reason));
        }

        private static void Answer(List<FarPost> some, ImmutableArray<PostAnswer> answers)
        {
            for (var i = 0; i < some.Count; i++)
            {
                if (answers[i].Refusal is { } refusal)
                {
                    some[i].SetException(refusal);
                }
                else
                {
                    some[i].SetResult(answers[i].Outcome!);
                }
            }
        }

        /// <summary>Null at the end of this line.</summary>
        private List<FarPost>? Take()
        {
            lock (_gate)
            {
                if (_waiting.TryDequeue(out var first))
                {
                    List<FarPost> some = [first];
                    while (first.Activity is null && some.Count < MostPerCall && _waiting.TryPeek(out var next) && next.Activity is null)
                    {
                        some.Add(_waiting.Dequeue());
                    }

                    return some;
                }

                _ended = true;
                posts._lines.TryRemove(KeyValuePair.Create(id, this));
                return null;
            }
        }
    }

    private IGrainFactory Grains => grains;
}
