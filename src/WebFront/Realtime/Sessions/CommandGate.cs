using System.Diagnostics.CodeAnalysis;

namespace ChatOrleans.WebFront.Realtime.Sessions;

/// <summary>
/// The commands of one connection take effect in the order in which they came: each is done before the next is begun. Those that keep
/// their order by themselves, once begun, may be done beside each other, up to a number.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to be given back.")]
internal sealed class CommandGate
{
    private const int MostBeside = 32;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _door = new(1, 1);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _running;
    private bool _beside;

    public bool IsBusy => _turn.CurrentCount == 0;

    /// <summary>Who comes next waits: until <see cref="Begun"/> where it may be done beside others, else until <see cref="Leave"/>.</summary>
    public async ValueTask Enter(bool beside)
    {
        await _door.WaitAsync();
        if (!beside || !TryJoin())
        {
            await _turn.WaitAsync();
            Start(beside);
        }

        if (!beside)
        {
            _door.Release();
        }
    }

    /// <summary>What may be done beside others has taken its place.</summary>
    public void Begun() => _door.Release();

    /// <summary>Waits for what is under way, so long; who was let in then, leaves.</summary>
    public async Task<bool> Interrupt(TimeSpan patience)
    {
        var entered = await _turn.WaitAsync(patience);
        if (entered)
        {
            Start(beside: false);
        }

        return entered;
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_running > 0)
            {
                return;
            }
        }

        _turn.Release();
    }

    private bool TryJoin()
    {
        lock (_gate)
        {
            if (!_beside || _running is 0 or MostBeside)
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    private void Start(bool beside)
    {
        lock (_gate)
        {
            (_running, _beside) = (1, beside);
        }
    }
}
