using ChatOrleans.LoadTester.Load;

namespace ChatOrleans.LoadTester.Scenarios;

/// <summary>Who is there, in which rooms, and who sends where: drawn from the options and their seed alone.</summary>
internal sealed record Plan(IReadOnlyList<Person> People, IReadOnlyList<Room> Rooms, IReadOnlyList<Sending> Sendings)
{
    private const double Active = 0.05;
    private const int RoomsPerActive = 3;

    public static Plan Of(LoadOptions options) => options.Scenario switch
    {
        "room" => Room(options),
        "mixed" => Mixed(options),
        "idle" => Make(options.Users, [], _ => []),
        "history" => Room(options with { Members = 2 }),
        _ => Pairs(options),
    };

    private static Plan Pairs(LoadOptions options)
    {
        var pairs = Enumerable.Range(0, options.Users / 2).Select(i => (int[])[2 * i, (2 * i) + 1]);
        return Make(options.Users / 2 * 2, pairs, room => room.Members.Select(member => new Sending(room, member, options.WindowOr(1), room.Members.Length)));
    }

    private static Plan Room(LoadOptions options) => Make(
        options.Members, [Enumerable.Range(0, options.Members).ToArray()], room => [new Sending(room, 0, options.WindowOr(4), Math.Min(OnlineOf(options), room.Members.Length))]);

    /// <summary>Of a room, who is connected: the first so many.</summary>
    public static int OnlineOf(LoadOptions options) =>
        options.Scenario == "room" && options.Online > 0 ? Math.Clamp(options.Online, 2, options.Members) : int.MaxValue;

    /// <summary>Sizes as in life (Zipf: the second room half as large as the first, the third a third), and few who write.</summary>
    private static Plan Mixed(LoadOptions options)
    {
        var random = new Random(options.Seed);
        var rooms = new List<int[]>();
        for (var rank = 1; rooms.Count < options.Users / 2; rank++)
        {
            var size = Math.Clamp(options.Members / rank, 2, options.Users);
            rooms.Add([.. Enumerable.Range(0, options.Users).OrderBy(_ => random.Next()).Take(size)]);
        }

        var active = Enumerable.Range(0, options.Users).OrderBy(_ => random.Next())
            .Take(Math.Max(1, (int)(options.Users * Active))).ToHashSet();
        var senders = rooms.SelectMany((members, room) => members.Where(active.Contains).Select(member => (member, room)))
            .GroupBy(one => one.member)
            .SelectMany(rooms => rooms.OrderBy(_ => random.Next()).Take(RoomsPerActive))
            .ToLookup(one => one.room, one => one.member);
        return Make(options.Users, rooms, room => senders[room.Index].Select(member => new Sending(room, member, options.WindowOr(1), room.Members.Length)));
    }

    private static Plan Make(int users, IEnumerable<int[]> rooms, Func<Room, IEnumerable<Sending>> sendings)
    {
        // No run meets the users of an earlier one on the same server.
        var run = Guid.NewGuid().ToString("n")[..8];
        var people = Enumerable.Range(0, users).Select(i => new Person(i, $"u{i}.{run}")).ToArray();
        var made = rooms.Select((members, i) => new Room(i, members)).ToArray();
        foreach (var room in made)
        {
            foreach (var member in room.Members)
            {
                people[member].Rooms.Add(room);
            }
        }

        return new Plan(people, made, [.. made.SelectMany(sendings)]);
    }
}
