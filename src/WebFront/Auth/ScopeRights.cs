namespace ChatOrleans.WebFront.Auth;

/// <param name="Scope">As the token's <c>scope</c> has it; the policy that asks for it bears the same name.</param>
/// <param name="Means">What whoever has it may do, for people.</param>
internal sealed record ScopeRight(string Scope, string Means);

/// <summary>
/// What services and operators may do beyond what everybody may with a token. Policies, docs/authorization.md and the matrix of tests
/// are made from it. No scope brings a right in a conversation: whoever has all of them and is no member is a stranger there.
/// </summary>
internal static class ScopeRights
{
    public static IReadOnlyList<ScopeRight> Table { get; } =
    [
        new(ChatPolicies.SendAlerts, "A service: send system alerts to any user"),
        new(ChatPolicies.Admin, "Whoever runs it: see positions and counts, never a text but in a user's export; revoke, disconnect, drain, audit, export, erase, set retention"),
    ];
}
