namespace ChatOrleans.Users;

/// <summary>What a call costs of; each has a bucket of its own.</summary>
[GenerateSerializer, Alias("chat.RateKind")]
public enum RateKind
{
    /// <summary>What changes or sends something.</summary>
    Commands = 0,
    /// <summary>What only reads.</summary>
    Reads = 1,
    /// <summary>Opening a connection: as many as commands. An older grain takes it from the commands, as it always did.</summary>
    Connects = 2,
}

/// <summary>A front end's share of a user's bucket, for about a second.</summary>
/// <param name="Granted">Tokens that the front end may spend; may be fewer than wanted, and 0.</param>
/// <param name="RetryAfter">Where fewer were granted: when as many as were needed will be there.</param>
[GenerateSerializer, Immutable, Alias("chat.RateLease")]
public readonly record struct RateLease([property: Id(0)] int Granted, [property: Id(1)] TimeSpan RetryAfter);
