using ChatOrleans.LoadTester.Drivers;

namespace ChatOrleans.LoadTester.Load;

/// <summary>Cuts connections at random, one after another, and lets their devices come back after a moment.</summary>
internal sealed class Cutter : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Traffic _traffic;
    private readonly Random _random;
    private readonly Task _cutting;
    private int _cuts;

    public Cutter(Traffic traffic, int seed)
    {
        (_traffic, _random) = (traffic, new Random(seed));
        _cutting = Cut();
    }

    /// <summary>Completes when everybody is back; answers how many were cut.</summary>
    public async Task<int> Stop()
    {
        await _stopping.CancelAsync();
        await _cutting;
        return _cuts;
    }

    public void Dispose() => _stopping.Dispose();

    /// <summary>Cuts one device and connects it again, after so long.</summary>
    public static async Task CutOnce(Device device, TimeSpan away)
    {
        device.Cut();
        await (device switch
        {
            SocketDevice socket => socket.Ended(),
            GrainDevice grain => grain.Ended(),
            _ => Task.CompletedTask,
        });
        await Task.Delay(away);
        await device.Connect(CancellationToken.None);
    }

    private async Task Cut()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            if (_traffic.People[_random.Next(_traffic.People.Count)].Device is not { } device)
            {
                continue;
            }

            await CutOnce(device, TimeSpan.FromMilliseconds(_random.Next(40)));
            _cuts++;
        }
    }
}
