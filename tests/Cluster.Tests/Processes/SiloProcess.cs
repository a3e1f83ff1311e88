namespace ChatOrleans.Cluster.Tests.Processes;

/// <summary>A member that clients cannot reach.</summary>
public sealed class SiloProcess(string name, string directory, IReadOnlyDictionary<string, string> environment)
    : MemberProcess(name, "SiloDll", Ports.Free(), directory, environment);
