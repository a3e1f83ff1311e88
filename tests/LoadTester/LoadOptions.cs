using System.ComponentModel;
using System.Globalization;
using System.Reflection;

namespace ChatOrleans.LoadTester;

/// <summary>What a run is to do: <c>--name value</c>, or <c>--name</c> alone for a switch.</summary>
internal sealed record LoadOptions
{
    [Description("pairs, pairs-read, room, mixed, storm, idle, history")] public string Scenario { get; set; } = "pairs";

    [Description("socket (raw WebSocket), hub (SignalR JSON), hub-messagepack, grains (no sockets, Orleans.TestingHost)")]
    public string Driver { get; set; } = "socket";

    [Description("Address of a running server, such as http://localhost:8000; of a cluster's fronts, with commas")] public string? Url { get; set; }

    [Description("Starts the server by itself: published in Release, on a temporary directory")] public bool Start { get; set; }

    [Description("With --start: the program to start instead of this repository's")] public string? Server { get; set; }

    [Description("With --start: keeps the server's data in this directory")] public string? Data { get; set; }

    [Description("With --driver grains: silos in one process")] public int Silos { get; set; } = 1;

    [Description("With --driver grains: memory or rocks (one silo only)")] public string Storage { get; set; } = "memory";

    [Description("Users (pairs: two for each conversation; storm, idle: connections)")] public int Users { get; set; } = 200;

    [Description("Members of the room; in mixed, of the largest")] public int Members { get; set; } = 100;

    [Description("Members of the room who are connected. Default all")] public int Online { get; set; }

    [Description("Messages that a sender keeps on the way. Default 1; in a room 4")] public int Window { get; set; }

    [Description("Messages a second, all senders together, instead of a window")] public double Rate { get; set; }

    [Description("Seconds that are measured")] public double Duration { get; set; } = 10;

    [Description("Seconds before that")] public double Warmup { get; set; } = 3;

    [Description("Seconds to wait at the end for what has not arrived yet")] public double Grace { get; set; } = 20;

    [Description("Bytes of a message's text")] public int Payload { get; set; } = 100;

    [Description("Messages in the history")] public int Messages { get; set; } = 100_000;

    [Description("Draws rooms, senders and faults")] public int Seed { get; set; } = 1;

    [Description("Cuts connections at random meanwhile, and reads histories and feeds afterwards")] public bool Verify { get; set; }

    [Description("The frames' shape: flat, nested or both")] public string Format { get; set; } = "flat";

    [Description("Signs the users' tokens. Default: the development key; a server that is started gets its own")]
    public string? SigningKey { get; set; }

    [Description("A name for the report")] public string? Name { get; set; }

    [Description("Writes the figures as JSON to this file")] public string? Json { get; set; }

    [Description("Writes a report with latency curves to this file")] public string? Html { get; set; }

    [Description("No live progress")] public bool Quiet { get; set; }

    [Description("A started server's environment: KEY=VALUE, several with ;")] public string? Environment { get; set; }

    public bool UsesGrains => Driver == "grains";

    public int WindowOr(int usual) => Rate > 0 ? 0 : Window > 0 ? Window : usual;

    public static IEnumerable<(string Name, string Text, object? Default)> All => Properties.Select(property => (
        Dashed(property.Name), property.GetCustomAttribute<DescriptionAttribute>()!.Description, property.GetValue(new LoadOptions())));

    private static IEnumerable<PropertyInfo> Properties => typeof(LoadOptions).GetProperties()
        .Where(property => property.GetCustomAttribute<DescriptionAttribute>() is not null);

    /// <summary>Throws <see cref="ArgumentException"/> with what is wrong.</summary>
    public static LoadOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new LoadOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            var property = Properties.FirstOrDefault(one => $"--{Dashed(one.Name)}" == name)
                ?? throw new ArgumentException($"There is no option {name}. See --help.");
            if (property.PropertyType == typeof(bool))
            {
                property.SetValue(options, true);
                continue;
            }

            if (++i == args.Length)
            {
                throw new ArgumentException($"{name} needs a value.");
            }

            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            try
            {
                property.SetValue(options, Convert.ChangeType(args[i], type, CultureInfo.InvariantCulture));
            }
            catch (FormatException)
            {
                throw new ArgumentException($"{name} takes a number, not '{args[i]}'.");
            }
        }

        return options.Checked();
    }

    private LoadOptions Checked()
    {
        OneOf("--scenario", Scenario, "pairs", "pairs-read", "room", "mixed", "storm", "idle", "history");
        OneOf("--driver", Driver, "socket", "hub", "hub-messagepack", "grains");
        OneOf("--storage", Storage, "memory", "rocks");
        if (!UsesGrains && Url is null)
        {
            Start = true;
        }

        if (Users < 2 || Members < 2 || Payload is < 1 or > 8_000 || Duration <= 0)
        {
            throw new ArgumentException("At least 2 users and members, 1 to 8,000 bytes, and some time.");
        }

        return this;
    }

    private static void OneOf(string name, string value, params string[] known)
    {
        if (!known.Contains(value))
        {
            throw new ArgumentException($"{name} is one of {string.Join(", ", known)}.");
        }
    }

    private static string Dashed(string name) => string.Concat(name.Select((c, i) =>
        char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
