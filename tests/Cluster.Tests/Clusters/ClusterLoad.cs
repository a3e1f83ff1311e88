using System.Collections.Concurrent;
using System.Diagnostics;
using ChatOrleans.Cluster.Tests.Clients;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>
/// Conversations of 2 members and more, a device for every user, half of them at each front, and senders that post one message
/// after another with ids that they repeat until they are answered.
/// </summary>
public sealed class ClusterLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _sending = [];
    private readonly LoadSize _size;
    private bool _disposed;

    private ClusterLoad(ChatCluster cluster, LoadSize size) => (Cluster, _size) = (cluster, size);

    public ChatCluster Cluster { get; }

    public List<RestClient> Users { get; } = [];

    public List<SocketDevice> Devices { get; } = [];

    /// <summary>Conversations, and their members as positions in <see cref="Users"/>; the first two of them send.</summary>
    public Dictionary<string, int[]> Members { get; } = [];

    /// <summary>What was answered: the seq of a client message id in a conversation.</summary>
    public ConcurrentDictionary<(string Conversation, string ClientId), long> Acknowledged { get; } = [];

    public ConcurrentDictionary<(string Conversation, int User), long> ReadMarks { get; } = [];

    public static async Task<ClusterLoad> Begin(ChatCluster cluster, LoadSize size, string name)
    {
        var load = new ClusterLoad(cluster, size);
        for (var i = 0; i < size.Users; i++)
        {
            var user = await cluster.SignIn($"{name}-{i}", i % cluster.Fronts.Count);
            user.Patience = TimeSpan.FromSeconds(60);
            load.Users.Add(user);
            load.Devices.Add(cluster.Device(user, i % cluster.Fronts.Count));
        }

        await Wait.Until(
            () => load.Devices.TrueForAll(device => device.IsConnected), TimeSpan.FromSeconds(60), () => $"all devices to connect; {load.Devices.Count(device => device.IsConnected)} have");
        await Task.WhenAll(Enumerable.Range(0, size.Conversations).Select(i => load.Open(i, name)));
        foreach (var (conversation, members) in load.Members)
        {
            load._sending.Add(load.Send(conversation, members[0]));
            load._sending.Add(load.Send(conversation, members[1]));
        }

        await load.Progress();
        return load;
    }

    /// <summary>Until every conversation has had a message acknowledged that was not yet sent when this was called.</summary>
    public async Task Progress()
    {
        var before = Members.Keys.ToDictionary(id => id, Count);
        // The one that was under way may have been stored before.
        await Wait.Until(
            () => _sending.Exists(one => one.IsFaulted) || Members.Keys.All(id => Count(id) >= before[id] + 3),
            TimeSpan.FromSeconds(90),
            () => $"messages to be acknowledged in all conversations; {Members.Keys.Count(id => Count(id) < before[id] + 3)} had none");
        if (_sending.Find(one => one.IsFaulted) is { } failed)
        {
            await failed;
        }
    }

    /// <summary>
    /// Until each device has an event that came after this was called: how long that took for the last of them. Those of a
    /// front that was killed come back meanwhile.
    /// </summary>
    public async Task<TimeSpan> EventsEverywhere(TimeSpan most)
    {
        var waited = Stopwatch.StartNew();
        var waiting = Devices.Select(device => (Device: device, Seen: device.Count("new_message"))).ToList();
        await Wait.Until(
            () => (waiting = [.. waiting.Where(one => one.Device.Count("new_message") <= one.Seen + 1)]).Count == 0,
            most,
            () => $"every device to get events; {waiting.Count} of {Devices.Count} had none: "
                + string.Join(", ", waiting.Take(5).Select(one => $"{Users[Devices.IndexOf(one.Device)].User} {(one.Device.IsConnected ? "connected" : "away")}")));
        return waited.Elapsed;
    }

    /// <summary>Ends the sending. What was sent is answered.</summary>
    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_sending);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await _stopping.CancelAsync();
        Users.ForEach(user => user.Patience = TimeSpan.Zero);
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(Devices.Select(device => device.DisposeAsync().AsTask()));
        Users.ForEach(user => user.Dispose());
        _stopping.Dispose();
    }

    /// <summary>Sizes from 2 to the largest, evenly; the members of the next begin where those of this one end, so everybody is in some.</summary>
    private async Task Open(int i, string name)
    {
        var count = 2 + (int)Math.Round((_size.Largest - 2) * (i / Math.Max(1.0, _size.Conversations - 1)));
        var first = Enumerable.Range(0, i).Sum(one => 2 + (int)Math.Round((_size.Largest - 2) * (one / Math.Max(1.0, _size.Conversations - 1))));
        var members = Enumerable.Range(first, count).Select(one => one % _size.Users).ToArray();
        var id = await Users[members[0]].Create("group", members[1..].Select(one => Users[one].User), $"{name}-room-{i}");
        lock (Members)
        {
            Members[id] = members;
        }
    }

    private int Count(string conversation) => Acknowledged.Keys.Count(one => one.Conversation == conversation);

    private async Task Send(string conversation, int user)
    {
        await Task.Yield();
        var (sender, device) = (Users[user], Devices[user]);
        for (var i = 1; !_stopping.IsCancellationRequested; i++)
        {
            var clientId = $"{sender.User}-{i}";
            var seq = await sender.Send(conversation, $"message {i} of {sender.User} {Unsaid.Word}", clientId);
            Acknowledged[(conversation, clientId)] = seq;
            if (i % 10 == 0)
            {
                // The same id long after its answer, and a mark on what the device has.
                if (await sender.Send(conversation, $"message {i} of {sender.User} {Unsaid.Word}", clientId) != seq)
                {
                    throw new InvalidOperationException($"{clientId} was given a second seq");
                }

                ReadMarks[(conversation, user)] = await sender.MarkRead(conversation, device.LastSeq(conversation));
            }

            await Task.WhenAny(Task.Delay(_size.Pause, _stopping.Token));
        }
    }
}

/// <param name="Largest">Members of the largest conversation; the smallest has 2.</param>
/// <param name="Pause">Between two messages of one sender; there are two senders in each conversation.</param>
public sealed record LoadSize(int Conversations, int Largest, int Users, TimeSpan Pause);
