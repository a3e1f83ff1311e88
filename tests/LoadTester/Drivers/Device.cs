using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Drivers;

/// <summary>
/// One person's connection as the load uses it. What it receives it gives to <see cref="Traffic"/>. Nothing here waits for the server
/// but <see cref="Connect"/>.
/// </summary>
internal abstract class Device(Person person, Traffic traffic) : IAsyncDisposable
{
    public Person Person => person;

    protected Traffic Traffic => traffic;

    /// <summary>Connects, or connects again and goes on after what was received. Completes when the server said hello.</summary>
    public abstract Task Connect(CancellationToken cancellationToken);

    /// <summary>Sends the sending's next message. Thread-safe; goes out with <see cref="Flush"/> at the latest.</summary>
    public abstract void Post(Sending sending);

    public abstract void MarkRead(Room room, long seq);

    public abstract void Flush();

    /// <summary>Ends the connection without a word, as a train in a tunnel does.</summary>
    public abstract void Cut();

    public abstract ValueTask DisposeAsync();
}
