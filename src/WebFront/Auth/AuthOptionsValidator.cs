using System.Text;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Auth;

/// <summary>Refuses to start on anything that would let strangers in. Each message names the key, the rule and the fix.</summary>
internal sealed class AuthOptionsValidator(IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    private static readonly AnnotatedOptions<AuthOptions> _annotations = new();

    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var failures = Failures(options).Concat(_annotations.Validate(null, options).Failures ?? []).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(AuthOptions options)
    {
        var hasKey = !string.IsNullOrEmpty(options.SigningKey);
        var hasPublicKey = !string.IsNullOrEmpty(options.PublicKey);
        var hasAuthority = !string.IsNullOrEmpty(options.Authority);
        if (!hasKey && !hasPublicKey && !hasAuthority)
        {
            yield return "Auth:SigningKey, Auth:PublicKey and Auth:Authority are all empty, so nobody could be recognised. Set Auth:SigningKey to "
                + "32 or more random characters (environment: Auth__SigningKey), or Auth:PublicKey to your issuer's public key, or "
                + "Auth:Authority and Auth:Audience to your OpenID Connect issuer, or run with ASPNETCORE_ENVIRONMENT=Development.";
        }

        if ((hasKey ? 1 : 0) + (hasPublicKey ? 1 : 0) + (hasAuthority ? 1 : 0) > 1)
        {
            yield return "Auth:SigningKey, Auth:PublicKey and Auth:Authority are not to be set together: only one can say who signs tokens. "
                + "Keep one of them.";
        }

        if (hasPublicKey && !PublicKeys.TryRead(options.PublicKey!, out var why))
        {
            yield return $"Auth:PublicKey is no public key that tokens could be checked with: {why} Set it to PEM text (BEGIN PUBLIC KEY) of an RSA "
                + "key of 2,048 bits or more, or of an elliptic curve key of P-256, P-384 or P-521.";
        }

        if (hasKey && Encoding.UTF8.GetByteCount(options.SigningKey!) < DevelopmentKey.LeastBytes)
        {
            yield return $"Auth:SigningKey is shorter than {DevelopmentKey.LeastBytes} bytes, so it could be guessed. Use 32 or more random "
                + "characters, for example from: openssl rand -base64 48";
        }

        if (options.SigningKey == DevelopmentKey.Value && !environment.IsDevelopment())
        {
            yield return "Auth:SigningKey is the development key, which everybody knows. Outside Development set a random one of your own, "
                + "for example from: openssl rand -base64 48";
        }

        if (hasAuthority && (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority)
            || (authority.Scheme != Uri.UriSchemeHttps && !environment.IsDevelopment())))
        {
            yield return "Auth:Authority must be an absolute https address (http only in Development), such as https://login.example.com.";
        }

        if (hasAuthority && string.IsNullOrEmpty(options.Audience))
        {
            yield return "Auth:Audience is empty while Auth:Authority is set, so a token that was made for any other application of that "
                + "issuer would be taken. Set Auth:Audience to the audience that your issuer gives this application.";
        }

        if (options.AllowUserIdWithoutToken && !environment.IsDevelopment())
        {
            yield return "Auth:AllowUserIdWithoutToken is true outside Development, so anybody could be anybody. Remove it, or run with "
                + "ASPNETCORE_ENVIRONMENT=Development.";
        }
    }
}
