using ChatOrleans.Conversations;
using ChatOrleans.Grains.Conversations;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Users;

/// <summary>The user's conversations hear that they are here, and with that are asked what they hold: a user who looks always heals.</summary>
public sealed partial class UserGrain
{
    /// <summary>Those that know the user as online, because they were told or have asked: they are told when the user goes.</summary>
    private readonly HashSet<ConversationId> _presentIn = [];
    private IGrainTimer? _presenceTimer;
    private Task? _checkingRecent;
    private (TimeSpan At, bool Online) _checkedRecent;

    public Task<bool> IsOnline()
    {
        var online = _readers.Count > 0;
        if (online && RequestContext.Get(Audience.AskerKey) is string asker)
        {
            _presentIn.Add(new ConversationId(asker));
        }

        return Task.FromResult(online);
    }

    /// <summary>A user who looks always heals: asks the latest conversations whether they hold more, and tells them who is here.</summary>
    private void CheckRecentConversations()
    {
        var online = _readers.Count > 0;
        if (_checkedRecent.Online != online || (_checkingRecent is not { IsCompleted: false } && _time.Uptime() - _checkedRecent.At > TimeSpan.FromSeconds(1)))
        {
            _checkedRecent = (_time.Uptime(), online);
            _checkingRecent = Attend(Marks(null, ConversationsInSnapshot).Marks, online, heal: true);
        }
    }

    private Task WentOffline()
    {
        if (_readers.Count > 0)
        {
            return Task.CompletedTask;
        }

        _checkedRecent = (_time.Uptime(), Online: false);
        var others = _presentIn.Select(_inbox.Find).OfType<InboxConversation>().Where(conversation => conversation.IsMember).Select(MarkOf);
        ConversationMark[] marks = [.. Marks(null, ConversationsInSnapshot).Marks.Concat(others).DistinctBy(mark => mark.ConversationId)];
        _presentIn.Clear();
        return Attend(marks, online: false, heal: false);
    }

    /// <summary>Something happens in a conversation, or a device shows it: where it is none of the latest it is told once that the user is here.</summary>
    private void BePresentIn(ConversationId id)
    {
        if (_readers.Count > 0 && !_presentIn.Contains(id) && _inbox.Find(id) is { IsMember: true } conversation)
        {
            _ = Attend([MarkOf(conversation)], online: true, heal: false);
        }
    }

    private Task Attend(IReadOnlyCollection<ConversationMark> marks, bool online, bool heal) => Task.WhenAll(marks.Select(async mark =>
    {
        if (online)
        {
            _presentIn.Add(mark.ConversationId);
        }

        try
        {
            var conversation = GrainFactory.GetGrain<IConversationGrain>(mark.ConversationId.Value);
            // It may ask who is online before it answers, here too, and that question is held once this grain ends: who waits would wait for itself.
            var head = await conversation.Attend(new Attendance(new Actor(_me, _profile.Name), online, mark.ReadSeq)).WaitAsync(_siloStop.Token);
            if (heal && !PositionIn(mark.ConversationId).Covers(head))
            {
                await Catch(mark.ConversationId, head);
            }
        }
        catch (Exception) when (_siloStop.Token.IsCancellationRequested)
        {
            // They may have nowhere to be any more, and ask who is online when they wake.
        }
        catch (Exception e)
        {
            LogFetchFailed(e, _me, mark.ConversationId);
        }
    }));
}
