using System.Globalization;

namespace ChatOrleans.LoadTester.Load;

/// <summary>
/// How slow this machine is at the moment: the processor time of a little fixed work, in microseconds. A virtual machine's pace may differ
/// twofold from one minute to the next; what was measured minutes apart is compared at its pace.
/// </summary>
internal sealed class Pace
{
    private const string CpuOfThisThread = "/proc/thread-self/schedstat";
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

    /// <summary>The middle of what was seen; null where the system does not tell a thread's processor time.</summary>
    public double? Take()
    {
        _ended = true;
        _thread.Join();
        return _samples.Count == 0 ? null : _samples.Order().ElementAt(_samples.Count / 2);
    }

    private void Run()
    {
        if (!File.Exists(CpuOfThisThread))
        {
            return;
        }

        Work();
        while (!_ended)
        {
            Thread.Sleep(Every);
            var start = Cpu();
            Work();
            _samples.Add((Cpu() - start) / 1_000.0);
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

    /// <summary>Nanoseconds.</summary>
    private static long Cpu() => long.Parse(File.ReadAllText(CpuOfThisThread).Split(' ')[0], CultureInfo.InvariantCulture);
}
