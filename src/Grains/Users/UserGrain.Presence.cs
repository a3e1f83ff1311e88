using ChatOrleans.Conversations;
using ChatOrleans.Grains.Hosting;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Users;

/// <summary>The user's conversations hear that they are here, and with that are asked what they hold: a user who looks always heals.</summary>
public sealed partial class UserGrain
{
    private IGrainTimer? _presenceTimer;
    private Task? _checkingRecent;
    private (TimeSpan At, bool Online) _checkedRecent;

    public Task<bool> IsOnline() => Task.FromResult(_readers.Count > 0);

    /// <summary>A user who looks always heals: asks the latest conversations whether they hold more, and tells them who is here.</summary>
    private void CheckRecentConversations()
    {
        var online = _readers.Count > 0;
        if (_checkedRecent.Online != online || (_checkingRecent is not { IsCompleted: false } && _time.Uptime() - _checkedRecent.At > TimeSpan.FromSeconds(1)))
        {
            _checkedRecent = (_time.Uptime(), online);
            _checkingRecent = Attend(online, heal: true);
        }
    }

    private Task WentOffline()
    {
        if (_readers.Count > 0)
        {
            return Task.CompletedTask;
        }

        _checkedRecent = (_time.Uptime(), Online: false);
        return Attend(online: false, heal: false);
    }

    private Task Attend(bool online, bool heal) => Task.WhenAll(Marks(null, ConversationsInSnapshot).Marks.Select(async mark =>
    {
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
