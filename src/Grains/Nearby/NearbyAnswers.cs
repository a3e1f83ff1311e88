using ChatOrleans.Conversations;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Completes posts off the grain's turns, in the order in which they were answered. What one write has answered is completed by one
/// thread: each on its own would cost a turn of the pool each, and their replies as many writes.
/// </summary>
internal sealed class NearbyAnswers : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private List<NearbyPost> _answered = [];
    private List<NearbyPost> _completing = [];
    private bool _scheduled;

    public void Add(NearbyPost post, PostOutcome? outcome, Exception? refusal = null)
    {
        if (post.IsAnswered)
        {
            return;
        }

        post.Answer(outcome, refusal);
        lock (_gate)
        {
            _answered.Add(post);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_answered.Count == 0)
                {
                    _scheduled = false;
                    return;
                }

                (_answered, _completing) = (_completing, _answered);
            }

            foreach (var post in _completing)
            {
                post.Complete();
            }

            _completing.Clear();
        }
    }
}
