using System.Diagnostics;

namespace ChatOrleans.LoadTester.Load;

/// <summary>
/// How slow this machine is at the moment: the time of a little fixed work where nothing interrupts it, in microseconds. A virtual machine's
/// pace may differ twofold from one minute to the next; what was measured minutes apart is compared at its pace.
/// </summary>
internal sealed class Pace
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly long[] _numbers = new long[64 * 1024];
    private readonly List<double> _samples = [];
    private readonly Thread _thread;
    private volatile bool _ended;

    public Pace()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "pace" };
        _thread.Start();
    }

    /// <summary>The lower quartile of what was seen, because some of it was interrupted; null where nothing was.</summary>
    public double? Take()
    {
        _ended = true;
        _thread.Join();
        return _samples.Count == 0 ? null : _samples.Order().ElementAt(_samples.Count / 4);
    }

    private void Run()
    {
        Work();
        while (!_ended)
        {
            Thread.Sleep(Every);
            var start = Stopwatch.GetTimestamp();
            Work();
            _samples.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }

    /// <summary>About a millisecond that the compiler can't leave out: numbers, and memory that is not in the nearest cache.</summary>
    private long Work()
    {
        long sum = 1;
        for (var i = 0; i < 600_000; i++)
        {
            sum = (sum * 6364136223846793005L) + 1442695040888963407L;
            _numbers[(int)((ulong)sum >>> 48)] += sum;
        }

        return _numbers[(int)((ulong)sum >>> 48)];
    }
}
