using System.Globalization;
using System.Text;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Servers;
using ChatOrleans.Users;

namespace ChatOrleans.LoadTester.Load;

/// <summary>After a run: each message is in its conversation's history once, without a gap in <c>seq</c>, and every feed is without a gap.</summary>
internal static class Verification
{
    private const int MostFeeds = 20;

    public static async Task<IReadOnlyList<string>> Check(Target target, Traffic traffic, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var room in traffic.Rooms)
        {
            var expected = traffic.Sendings.Where(sending => sending.Room == room).Sum(sending => sending.Last);
            var seen = new HashSet<(int Sender, long Number)>();
            long seq = 0;
            await foreach (var (at, text) in History(target, traffic, room, cancellationToken))
            {
                if (at != ++seq)
                {
                    faults.Add($"{room.Id}: seq {at} stands where {seq} should be.");
                    break;
                }

                if (!Marker.TryRead(text.AsSpan(Marker.Opening.Length), out var marker, out _)
                    || !seen.Add((marker.Sender, marker.Number)))
                {
                    faults.Add($"{room.Id}: the message at seq {at} is there twice, or nobody sent it.");
                }
            }

            if (seen.Count != expected)
            {
                faults.Add($"{room.Id}: {expected} messages were sent, {seen.Count} are in the history.");
            }
        }

        foreach (var person in traffic.People.Where(person => person.Rooms.Count > 0).Take(MostFeeds))
        {
            long last = 0;
            await foreach (var cursor in Feed(target, person, cancellationToken))
            {
                if (cursor != ++last)
                {
                    faults.Add($"{person.Id}: the feed goes from {last - 1} to {cursor}.");
                    break;
                }
            }
        }

        return faults;
    }

    private static async IAsyncEnumerable<(long Seq, byte[] Text)> History(
        Target target, Traffic traffic, Room room, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = traffic.People[room.Members[0]];
        for (long after = 0; ;)
        {
            var before = after;
            if (target.Started?.Server is Fronts server)
            {
                foreach (var message in await server.Messages(reader, room, after, cancellationToken))
                {
                    after = message.Seq;
                    yield return message;
                }
            }
            else if (target.Cluster is { } cluster)
            {
                var page = await cluster.Grains.GetGrain<IConversationGrain>(room.Id)
                    .ReadMessages(new ReadMessages(new UserId(reader.Id), null, after, 200));
                foreach (var message in page.Messages)
                {
                    yield return (after = message.Seq, Encoding.UTF8.GetBytes(message.Text));
                }
            }

            if (after == before)
            {
                yield break;
            }
        }
    }

    private static async IAsyncEnumerable<long> Feed(
        Target target, Person person, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? epoch = null;
        for (long after = 0; ;)
        {
            var before = after;
            if (target.Started?.Server is Fronts server)
            {
                var query = string.Create(CultureInfo.InvariantCulture, $"/api/sync?cursor={after}&limit=200") + (epoch is null ? "" : $"&epoch={epoch}");
                var page = await server.Call(person, HttpMethod.Get, query, cancellationToken);
                epoch = page.GetProperty("epoch").GetString();
                foreach (var one in page.TryGetProperty("events", out var events) ? events.EnumerateArray() : default)
                {
                    yield return after = one.GetProperty("cursor").GetInt64();
                }
            }
            else if (target.Cluster is { } cluster)
            {
                var page = await cluster.Grains.GetGrain<IUserGrain>(person.Id)
                    .ReadFeed(new Actor(new UserId(person.Id), null), new FeedPosition(epoch, after), 200);
                epoch = page.Opening.Position.Epoch;
                foreach (var one in page.Events)
                {
                    yield return after = one.Entry.Cursor;
                }
            }

            if (after == before)
            {
                yield break;
            }
        }
    }
}
