using BenchmarkDotNet.Running;
using ChatOrleans.Benchmarks;

// dotnet run -c Release --project tests/Benchmarks -- end-to-end [seconds [data directory]]
// dotnet run -c Release --project tests/Benchmarks -- --filter '*'   the hot types, by BenchmarkDotNet
if (args is ["end-to-end", ..])
{
    await EndToEnd.Run(args[1..]);
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(EndToEnd).Assembly).Run(args);
