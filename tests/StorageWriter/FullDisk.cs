using System.Runtime.InteropServices;
using ChatOrleans.Grains.Logs;

namespace ChatOrleans.StorageWriter;

/// <summary>
/// Writes until the process may write no more to any file (its file size limit stands in for a full disk), then goes on with the
/// limit lifted. Prints <c>stored n</c>, <c>unavailable text</c>, <c>read n</c> and <c>recovered n</c>.
/// </summary>
public static partial class FullDisk
{
    private const int FileSizeLimit = 1;
    private const int FileSizeSignal = 25;
    private static readonly LogOwner s_owner = new("conversation/lounge");

    public static async Task Run(ILogStore store)
    {
        // Without this the limit would end the process instead of failing the write.
        Signal(FileSizeSignal, 1);
        var stored = await Write(store, from: 1, generation: 0, count: 10);
        Console.WriteLine($"stored {stored}");

        SetLimit(200_000);
        try
        {
            stored += await Write(store, stored + 1, 1, count: 100_000);
            Console.WriteLine("The limit did not bite.");
        }
        catch (LogUnavailableException fault)
        {
            Console.WriteLine($"unavailable {fault.Message}");
        }

        Console.WriteLine($"read {(await store.Read(s_owner, LogTrack.Messages, 1, 10)).Rows.Length}");
        SetLimit(ulong.MaxValue);
        while (true)
        {
            var head = await store.ReadHead(s_owner);
            try
            {
                await Write(store, head[LogTrack.Messages].Last + 1, head.Generation, count: 100);
                Console.WriteLine($"recovered {(await store.ReadHead(s_owner))[LogTrack.Messages].Last}");
                return;
            }
            catch (LogUnavailableException)
            {
                await Task.Delay(20);
            }
        }
    }

    /// <summary>
    /// Its logs hold more than any file may, once the limit stands: what failed can't be opened anew, as where some space came back, and not enough.
    /// Then only reads. Prints <c>stored n</c>, <c>closed</c> and <c>read n</c>.
    /// </summary>
    public static async Task RunUntilItCannotBeOpened(ILogStore store)
    {
        Signal(FileSizeSignal, 1);
        var stored = await Write(store, from: 1, generation: 0, count: 500);
        Console.WriteLine($"stored {stored}");

        SetLimit(1_000_000);
        for (var closed = false; !closed;)
        {
            await Attempt(() => Write(store, stored + 1, 1, count: 1));
            closed = await Attempt(() => store.ReadHead(s_owner).AsTask()) is null;
        }

        Console.WriteLine("closed");
        SetLimit(ulong.MaxValue);
        LogHead? head;
        while ((head = await Attempt(() => store.ReadHead(s_owner).AsTask())) is null)
            await Task.Delay(20);
        Console.WriteLine($"read {head[LogTrack.Messages].Last}");
    }

    /// <summary>From the start on no file may hold what opening a directory of many writes makes of their log.</summary>
    public static void BeforeTheStart()
    {
        Signal(FileSizeSignal, 1);
        SetLimit(1_000_000);
    }

    private static async Task<T?> Attempt<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (LogUnavailableException)
        {
            return default;
        }
    }

    private static async Task<long> Write(ILogStore store, long from, long generation, int count)
    {
        var row = new byte[5_000];
        for (var index = from; index < from + count; index++)
            await store.Write(new LogWrite
            {
                Owner = s_owner,
                ExpectedGeneration = index == from ? generation : 1,
                Generation = 1,
                Appends = [new LogAppend(LogTrack.Messages, index, [row])],
            });
        return count;
    }

    private static void SetLimit(ulong bytes)
    {
        var limit = new Limit { Soft = bytes, Hard = ulong.MaxValue };
        if (SetRlimit(FileSizeLimit, in limit) != 0)
            throw new InvalidOperationException($"setrlimit failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetRlimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    private static partial nint Signal(int signal, nint handler);
}
