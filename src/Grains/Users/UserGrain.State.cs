using ChatOrleans.Errors;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>What whoever runs the product sees and does of a user's connections.</summary>
public sealed partial class UserGrain
{
    public async Task<UserState> State()
    {
        await Loaded();
        var now = Now;
        return new UserState
        {
            Epoch = _profile.Epoch,
            Head = Head,
            Stored = _log.Committed(Logs.LogTrack.Feed),
            First = FirstCursor,
            Conversations = _inbox.Conversations.Count(),
            UnreadNotifications = _inbox.UnreadNotifications,
            UnreadMessages = _inbox.Conversations.Sum(conversation => conversation.UnreadMessages),
            Connections = [.. _readers.Select(reader => new ConnectionState(reader.DeviceId, reader.Cursor, _attention.ShownOn(reader.DeviceId, now)))],
        };
    }

    public Task<int> Disconnect()
    {
        var count = _readers.Count;
        foreach (var reader in _readers)
        {
            // A session ends where it is refused, and the device is told when to come back.
            reader.Stop(new ChatException(Errors.ErrorCode.RateLimited, "The operator closed this connection.", TimeSpan.FromSeconds(2)));
        }

        return Task.FromResult(count);
    }
}
