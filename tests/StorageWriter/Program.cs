// A process that a test starts and kills: it writes to the store in a directory and prints what was acknowledged.
using ChatOrleans.Grains.Logs;
using ChatOrleans.Silo.Storage;
using ChatOrleans.StorageWriter;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

var (mode, directory) = (args[0], args[1]);
await using var services = new ServiceCollection()
    .AddLogging()
    .AddSerializer()
    .AddRocksStorage(options =>
    {
        options.Path = directory;
        // Small, so that a kill also meets the store writing and merging its tables.
        options.WriteBufferMegabytes = 4;
        options.RetryMilliseconds = 50;
    })
    .BuildServiceProvider();

try
{
    if (mode == "open-full")
        FullDisk.BeforeTheStart();
    var store = services.GetRequiredService<ILogStore>();
    await (mode switch
    {
        "write" => EndlessWrites.Run(store),
        "fill" => FullDisk.Run(store),
        "fill-anew" => FullDisk.RunUntilItCannotBeOpened(store),
        "hold" or "open-full" => Hold(),
        _ => throw new ArgumentException($"No mode {mode}."),
    });
    return 0;
}
catch (StorageStartException refused)
{
    Console.WriteLine($"refused {refused.Message}");
    return 2;
}

static async Task Hold()
{
    Console.WriteLine("held");
    await Console.In.ReadLineAsync();
}
