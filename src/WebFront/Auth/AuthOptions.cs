using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.WebFront.Auth;

/// <summary>How callers prove who they are, configured under <c>Auth</c>. Exactly one of SigningKey, PublicKey and Authority is set.</summary>
public sealed record AuthOptions
{
    public const string Section = "Auth";

    /// <summary>Symmetric key that tokens are signed with (HS256, HS384, HS512): UTF-8 text of 32 bytes or more, 48 for HS384, 64 for HS512. Default: none; in Development a key that everybody knows.</summary>
    public string? SigningKey { get; set; }

    /// <summary>
    /// The public halves of the keys that tokens are signed with (RS, PS, ES 256 to 512), as PEM (BEGIN PUBLIC KEY), one after the
    /// other where keys are being changed. Default: none.
    /// </summary>
    public string? PublicKey { get; set; }

    /// <summary>Base address of an OpenID Connect issuer whose published keys sign the tokens. Default: none.</summary>
    public string? Authority { get; set; }

    /// <summary>The <c>aud</c> that a token must carry. Default: none, which is allowed with a SigningKey or PublicKey alone.</summary>
    public string? Audience { get; set; }

    /// <summary>The <c>iss</c> that a token must carry. Default: none with a SigningKey or PublicKey; with an Authority what it publishes.</summary>
    public string? Issuer { get; set; }

    /// <summary>How far clocks may be apart when a token's times are checked. Default 30 s: a token should not outlive its expiry by much.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Auth:ClockSkew must be between 00:00:00 and 00:10:00. Set it to how far clocks may be apart, such as 00:00:30.")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long a front end may go by what it knows of revoked tokens. Default 20 s: a revoked token is refused everywhere within
    /// that time, and a busy user costs one grain call in it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Auth:RevocationAge must be between 00:00:01 and 00:01:00. Set it to how long a revoked token may still be taken, such as 00:00:20.")]
    public TimeSpan RevocationAge { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Lets a bare <c>user_id</c> in the query in, without any proof. Default false; Development only, for trying clients that know nothing of tokens.</summary>
    public bool AllowUserIdWithoutToken { get; set; }

    /// <summary>Without the key, which logs and crash dumps must not hold.</summary>
    public override string ToString() => $"AuthOptions {{ Authority {Authority}, Audience {Audience} }}";
}
