namespace ChatOrleans.Members;

/// <param name="Draining">True: it is not ready for more work, as an operator wants it.</param>
/// <param name="Connections">Devices that are connected to it.</param>
[GenerateSerializer, Immutable, Alias("chat.FrontState")]
public sealed record FrontState([property: Id(0)] bool Draining, [property: Id(1)] int Connections);

/// <summary>One web front, asked from another. Key: its silo address; lives there and nowhere else.</summary>
[Alias("chat.IFrontGrain")]
public interface IFrontGrain : IGrainWithStringKey
{
    /// <summary>Throws ChatException: Unavailable where that front is gone.</summary>
    [Alias("State")] Task<FrontState> State();

    /// <summary>
    /// True: not ready from now on, and its devices are told to come back, which leads them elsewhere; false: ready again. Doing it twice
    /// changes nothing more. Throws likewise.
    /// </summary>
    [Alias("Drain")] Task<FrontState> Drain(bool on);
}
