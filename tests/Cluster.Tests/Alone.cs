namespace ChatOrleans.Cluster.Tests;

/// <summary>Tests that measure time or memory run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
