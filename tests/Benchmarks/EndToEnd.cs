using System.Diagnostics;
using System.Globalization;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Silo;
using ChatOrleans.Users;
using HdrHistogram;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ChatOrleans.Benchmarks;

/// <summary>
/// From post to received, in one process without sockets: the embedded profile with its synced RocksDB. Prints deliveries per second,
/// CPU of the whole process (the load included) per delivery, and latency from post to received.
/// </summary>
internal static class EndToEnd
{
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(3);

    public static async Task Run(string[] args)
    {
        var seconds = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 10;
        // On a directory that is kept, a second run shows what a grown database costs.
        var data = args is [_, var kept, ..] ? Directory.CreateDirectory(kept) : Directory.CreateTempSubdirectory("chat-bench-");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = [], DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Storage:Path", (string?)data.FullName)]);
        builder.UseChatSilo();
        using var host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        Console.WriteLine("scenario                    deliveries/s   CPU us/delivery   p50 ms   p99 ms   KB allocated/delivery");
        await Measure(grains, "pairs, window 1", 100, 2, 1, seconds);
        await Measure(grains, "pairs, window 16", 100, 2, 16, seconds);
        await Measure(grains, "room of 100, window 4", 1, 100, 4, seconds);
        await host.StopAsync();
        if (args.Length < 2)
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task Measure(IGrainFactory grains, string name, int rooms, int members, int window, int seconds)
    {
        using var stopping = new CancellationTokenSource();
        var histogram = new LongConcurrentHistogram(1, TimeStamp.Seconds(60), 3);
        long deliveries = 0;
        var readers = new List<Task>();
        for (var room = 0; room < rooms; room++)
        {
            var people = Enumerable.Range(0, members).Select(i => new UserId($"u{Guid.NewGuid():n}.{i}")).ToArray();
            var id = ConversationId.New();
            var conversation = grains.GetGrain<IConversationGrain>(id.Value);
            await conversation.Create(new CreateConversation
            {
                Actor = new Actor(people[0], null),
                Kind = ConversationKind.Group,
                Members = [.. people[1..].Select(person => new NewMember(person, null, null))],
            });
            // In pairs each keeps its window; in a room one sender waits for the slowest of a sample of its members.
            var senders = members == 2 ? people : people[..1];
            var heard = senders.Select(_ => new SemaphoreSlim(window)).ToArray();
            var pending = new int[window * 4];
            foreach (var person in people)
            {
                var opened = new TaskCompletionSource();
                readers.Add(Read(grains, person, opened, one =>
                {
                    Interlocked.Increment(ref deliveries);
                    histogram.RecordValue(Math.Max(1, Stopwatch.GetTimestamp() - long.Parse(one.Text.AsSpan(0, 19), CultureInfo.InvariantCulture)));
                    var sender = members == 2 ? Array.IndexOf(people, one.SenderId) : 0;
                    if (members == 2 ? one.SenderId != person : Interlocked.Increment(ref pending[one.Seq % pending.Length]) % members == 0)
                    {
                        heard[sender].Release();
                    }
                }, stopping.Token));
                // Who is not there yet would never get the first messages, and the window would never open again.
                await opened.Task;
            }

            readers.AddRange(senders.Select((sender, i) => Send(conversation, sender, heard[i], stopping.Token)));
        }

        await Task.Delay(_warmUp);
        histogram.Reset();
        using var allocations = Environment.GetEnvironmentVariable("CHAT_ALLOCATIONS") is not null ? new AllocationCount() : null;
        using var process = Process.GetCurrentProcess();
        var (count, cpu, bytes, watch) = (Volatile.Read(ref deliveries), process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        process.Refresh();
        var done = Volatile.Read(ref deliveries) - count;
        var used = process.TotalProcessorTime - cpu;
        var toMs = 1_000.0 / Stopwatch.Frequency;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-27} {done / watch.Elapsed.TotalSeconds,12:0} {used.TotalMicroseconds / done,17:0.0} {(histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(50)) * toMs,8:0.00} {(histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(99)) * toMs,8:0.00} {(GC.GetTotalAllocatedBytes() - bytes) / 1024.0 / done,12:0.0}"));
        allocations?.Print(25);
        await stopping.CancelAsync();
        await Task.WhenAll(readers);
    }

    private static async Task Read(
        IGrainFactory grains, UserId user, TaskCompletionSource opened, Action<Message> received, CancellationToken stopping)
    {
        var request = new FeedRequest { DeviceId = user.Value };
        try
        {
            await foreach (var batch in grains.GetGrain<IUserGrain>(user.Value).Feed(request, stopping).WithBatchSize(1))
            {
                opened.TrySetResult();
                foreach (var one in batch.Events)
                {
                    if (one.Entry.Kind == FeedEntryKind.NewMessage)
                    {
                        received(one.Message!);
                    }
                }
            }
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The scenario is over.
        }
    }

    private static async Task Send(IConversationGrain conversation, UserId sender, SemaphoreSlim window, CancellationToken stopping)
    {
        var padding = new string('x', 80);
        for (var i = 0L; !stopping.IsCancellationRequested; i++)
        {
            try
            {
                await window.WaitAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var text = string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetTimestamp():d19} {padding}");
            _ = conversation.Post(new PostMessage { Actor = new Actor(sender, null), Text = text, ClientMessageId = i.ToString(CultureInfo.InvariantCulture) });
        }
    }
}
