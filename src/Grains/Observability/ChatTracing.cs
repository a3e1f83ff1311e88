using System.Diagnostics;
using ChatOrleans.Conversations;

namespace ChatOrleans.Grains.Observability;

/// <summary>
/// Spans of our own, so that one trace shows a message's whole way: chat.send, chat.append, chat.publish, chat.apply, chat.deliver. Tags
/// are ids and positions, never text. Where nothing listens or a request is not sampled, no span exists and no context travels.
/// </summary>
public static class ChatTracing
{
    public const string SourceName = "ChatOrleans";

    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>What travels with a message to where it is applied: a W3C traceparent; null where the request is not sampled.</summary>
    public static string? Context => Activity.Current is { Recorded: true } current ? current.Id : null;

    /// <summary>
    /// The first span of a message's way. The web server's own activity, which exists for its log scopes alone and is never sampled, is
    /// no parent, unless the caller sent a traceparent: then it carries the caller's decision.
    /// </summary>
    public static Activity? Begin(string name)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        if (Activity.Current is { Recorded: false, ParentId: null })
        {
            Activity.Current = null;
        }

        return Source.StartActivity(name, ActivityKind.Server);
    }

    /// <summary>A span that goes on with what <see cref="Context"/> gave elsewhere; null where nothing listens.</summary>
    public static Activity? Continue(string name, ActivityKind kind, string context, DateTimeOffset startTime = default) =>
        ActivityContext.TryParse(context, null, isRemote: true, out var parent)
            ? Source.StartActivity(name, kind, parent, startTime: startTime)
            : null;

    public static Activity? Tagged(this Activity? activity, Message message)
    {
        activity?.SetTag("chat.conversation_id", message.ConversationId.Value).SetTag("chat.seq", message.Seq);
        return activity;
    }
}

/// <summary>The trace contexts of messages that are on their way out of a conversation. Bounded; nearly always empty.</summary>
internal sealed class MessageTraces
{
    private const int Kept = 1_024;

    private readonly Dictionary<long, string> _bySeq = [];

    /// <summary>Of the request under way, if it is sampled.</summary>
    public void Note(long seq)
    {
        if (ChatTracing.Context is { } context)
        {
            if (_bySeq.Count >= Kept)
            {
                _bySeq.Clear();
            }

            _bySeq[seq] = context;
        }
    }

    public string? Of(long seq) => _bySeq.Count == 0 ? null : _bySeq.GetValueOrDefault(seq);

    public EventPage With(EventPage page)
    {
        if (_bySeq.Count == 0)
        {
            return page;
        }

        return page with
        {
            Events = [.. page.Events.Select(one => one.Message is { } message && Of(message.Seq) is { } trace ? one with { Trace = trace } : one)],
        };
    }

    /// <summary>What follows goes on with the newest of them.</summary>
    public Activity? Publishing(EventPage page)
    {
        if (_bySeq.Count == 0)
        {
            return null;
        }

        var traced = page.Events.LastOrDefault(one => one.Trace is not null);
        return traced.Trace is { } trace ? ChatTracing.Continue("chat.publish", ActivityKind.Producer, trace).Tagged(traced.Message!) : null;
    }

    /// <summary>Everybody has what there is.</summary>
    public void Clear() => _bySeq.Clear();
}
