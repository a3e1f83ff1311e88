using System.Collections.Immutable;
using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Nearby;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ChatOrleans.Grains.Conversations;

/// <summary>The short ways in: posts of this process come without a grain call each, those of another together. Those of one turn go into one write.</summary>
public sealed partial class ConversationGrain
{
    /// <summary>As long as a grain call waits for its answer.</summary>
    private static readonly TimeSpan s_longestPost = TimeSpan.FromSeconds(30);

    private readonly Queue<(NearbyPost Post, TimeSpan Since)> _answering = [];
    private readonly NearbyAnswers _answers = new();
    private GrainLane<NearbyPost>? _lane;
    private CancellationTokenSource? _leaving;
    private bool _left;

    private void EnterLane()
    {
        _lane = new GrainLane<NearbyPost>(TaskScheduler.Current, Posted);
        _nearbyPosts.Add(_id, _lane);
    }

    /// <summary>
    /// Ends with this activation, or its silo. What it waits for then is not to be waited for: a member's grain that is delivered to
    /// fetches from here, and its call is held until this activation is gone, which is not before its own calls have ended.
    /// </summary>
    private CancellationToken Leaving => _left
        ? new CancellationToken(canceled: true)
        : (_leaving ??= CancellationTokenSource.CreateLinkedTokenSource(_siloStop.Token)).Token;

    /// <summary>
    /// A direct conversation moves to where one of its two users is, where none of them is here: what they post and hear then crosses processes
    /// once at the most. Larger ones stay where they were placed: their members are everywhere.
    /// </summary>
    private void ComeNear(SiloAddress place)
    {
        if (_state.Kind == ConversationKind.Direct && !_left && _delivering.Count == 0 && !place.Equals(_here.SiloAddress)
            && !_state.Members.Keys.Any(user => _nearbyStreams.Has(NearbyStreams.Of(user))))
        {
            Leave();
            RequestContext.Set(IPlacementDirector.PlacementHintKey, place);
            this.MigrateOnIdle();
        }
    }

    /// <summary>What it has not taken yet goes the usual way, to the next activation.</summary>
    private void Leave()
    {
        if (_left)
        {
            return;
        }

        _left = true;
        _leaving?.Cancel();
        if (_lane is { } lane)
        {
            lane.Close();
            _nearbyPosts.Remove(_id, lane);
        }
    }

    private void Posted(List<NearbyPost> posts)
    {
        using var together = _log.Rows.Gather();
        var now = _time.Uptime();
        ForgetAnswered();
        foreach (var post in posts)
        {
            _answering.Enqueue((post, now));
            _ = Answer(post);
        }
    }

    public async Task<ImmutableArray<PostAnswer>> PostMany(ImmutableArray<PostMessage> commands)
    {
        Task<PostAnswer>[] posts;
        using (_log.Rows.Gather())
        {
            posts = [.. commands.Select(command => Post(command).AsAnswer())];
        }

        return [.. await Task.WhenAll(posts)];
    }

    /// <summary>Whoever waits for a store that does not answer is told so, as a grain call would.</summary>
    private void GiveUpOnOldPosts()
    {
        ForgetAnswered();
        while (_answering.TryPeek(out var oldest) && _time.Uptime() - oldest.Since > s_longestPost)
        {
            _answers.Add(
                oldest.Post, null, ChatException.Unavailable("The storage did not answer in time. Repeat it with the same client id."));
            ForgetAnswered();
        }
    }

    /// <summary>They are answered in the order in which they came, but for a few.</summary>
    private void ForgetAnswered()
    {
        while (_answering.TryPeek(out var oldest) && oldest.Post.IsAnswered)
        {
            _answering.Dequeue();
        }
    }

    private async Task Answer(NearbyPost post)
    {
        if (_left)
        {
            _answers.Add(post, null);
            return;
        }

        Activity.Current = post.Activity;
        try
        {
            _answers.Add(post, await Post(post.Command));
        }
        catch (Exception refusal)
        {
            _answers.Add(post, null, refusal);
        }
    }
}
