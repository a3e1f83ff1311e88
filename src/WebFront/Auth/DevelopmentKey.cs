namespace ChatOrleans.WebFront.Auth;

/// <summary>The key that makes a clean checkout run at once. Everybody knows it: outside Development the host refuses to start with it.</summary>
internal static class DevelopmentKey
{
    public const string Value = "chat-orleans-development-key-that-everybody-knows";

    /// <summary>HS256 wants a key at least as long as its hash.</summary>
    public const int LeastBytes = 32;
}
