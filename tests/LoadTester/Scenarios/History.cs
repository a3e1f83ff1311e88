using System.Diagnostics;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.LoadTester.Load;
using ChatOrleans.LoadTester.Reports;
using ChatOrleans.LoadTester.Servers;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>One long conversation: written, then read from its beginning in pages.</summary>
internal static class History
{
    private const int UsualWindow = 64;

    public static LoadOptions Prepared(LoadOptions options) => options with { Window = options.Window > 0 ? options.Window : UsualWindow, Rate = 0 };

    public static async Task<LoadResult> Run(
        LoadOptions options, Target target, Traffic traffic, Progress progress, CancellationToken cancellationToken)
    {
        var measure = new Measure(target, traffic);
        traffic.Start();
        await progress.Wait("writing", () => traffic.Deliveries >= options.Messages || traffic.Refused > 0, TimeSpan.FromHours(2), cancellationToken);
        traffic.Stop();
        var written = measure.Take(options);
        progress.Say("reading");
        var (start, pages, last) = (Stopwatch.GetTimestamp(), 0, 0L);
        var room = traffic.Rooms[0];
        for (var page = await Page(target, traffic, room, 0, cancellationToken); page > 0; pages++)
        {
            last = page;
            page = await Page(target, traffic, room, last, cancellationToken);
        }

        return written with
        {
            Load = $"{options.Messages} messages",
            Extra = new Dictionary<string, double>
            {
                ["messages read"] = last,
                ["ms per page of 200"] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Math.Max(1, pages),
            },
        };
    }

    /// <summary>The last seq of the page after a seq; 0 at the end.</summary>
    private static async Task<long> Page(Target target, Traffic traffic, Room room, long after, CancellationToken cancellationToken)
    {
        var reader = traffic.People[room.Members[0]];
        if (target.Started?.Server is Fronts server)
        {
            var messages = await server.Messages(reader, room, after, cancellationToken);
            return messages.Count == 0 ? 0 : messages[^1].Seq;
        }

        var page = await target.Cluster!.Grains.GetGrain<IConversationGrain>(room.Id)
            .ReadMessages(new ReadMessages(new UserId(reader.Id), null, after, 200));
        return page.Messages.IsEmpty ? 0 : page.Messages[^1].Seq;
    }
}
