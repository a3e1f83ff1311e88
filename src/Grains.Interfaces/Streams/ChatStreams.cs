namespace ChatOrleans.Streams;

/// <summary>The names under which grains and hosts meet on the streams. What travels on them is only a hint: it may be lost.</summary>
public static class ChatStreams
{
    /// <summary>Name of the stream provider, in every profile.</summary>
    public const string ProviderName = "chat";

    /// <summary>Namespace of the streams of new events for one user; the key is the user id.</summary>
    public const string UserStream = "user";
}
