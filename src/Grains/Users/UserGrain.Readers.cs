using ChatOrleans.Errors;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Users;

/// <summary>Who reads the feed: what begins with a device's connection and what ends with it.</summary>
public sealed partial class UserGrain
{
    private void Connect(FeedReader reader, FeedRequest request)
    {
        _readers.Add(reader);
        _feeds.Opened();
        _presenceTimer?.Dispose();
        _presenceTimer = null;
        if (request.ReadBy is { } member && reader.Nearby is null)
        {
            reader.Life = EndWith(member, reader);
        }

        CheckRecentConversations();
        Show(reader.DeviceId, request.Attention);
    }

    /// <summary>
    /// When the device's process has died: its enumeration may be waiting at a yield for a pull that never comes, and would count as a
    /// connection all the while.
    /// </summary>
    private CancellationTokenRegistration EndWith(SiloAddress member, FeedReader reader) => _members.Of(member).Register(() => _turns!.Begin(
        _ =>
        {
            reader.Stop(ChatException.Unavailable("The process that read this feed is gone."));
            Disconnect(reader);
        },
        this));

    private void Disconnect(FeedReader reader)
    {
        if (!_readers.Remove(reader))
        {
            // With its process, before the enumeration noticed.
            return;
        }

        reader.Life.Unregister();
        _feeds.Closed();
        if (_stopped || _readers.Exists(other => other.DeviceId == reader.DeviceId))
        {
            // Nothing is applied any more, or the same device has asked again already: what it shows is its newer call's.
            return;
        }

        _ = NotifyUnseen(_attention.Remove(reader.DeviceId));
        if (_readers.Count == 0)
        {
            _presenceTimer ??= this.RegisterGrainTimer(
                static (grain, _) => grain.WentOffline(), this, new GrainTimerCreationOptions
                {
                    DueTime = _timing.OfflineAfter,
                    Period = Timeout.InfiniteTimeSpan,
                    Interleave = true,
                });
        }
    }
}
