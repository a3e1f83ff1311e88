namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>For what the tests beside it would spoil. They run one after another, when all others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WhenNoOtherTestRuns
{
    public const string Name = "alone";
}
