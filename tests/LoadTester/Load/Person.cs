using ChatOrleans.LoadTester.Drivers;

namespace ChatOrleans.LoadTester.Load;

/// <summary>One user of the load, with one device.</summary>
internal sealed class Person(int index, string id)
{
    public int Index => index;

    public string Id => id;

    public Ledger Ledger { get; } = new();

    /// <summary>Null while the person is offline.</summary>
    public Device? Device { get; set; }

    /// <summary>The rooms that the person is in.</summary>
    public List<Room> Rooms { get; } = [];
}
