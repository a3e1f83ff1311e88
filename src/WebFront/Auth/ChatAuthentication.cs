using System.Text;
using ChatOrleans.WebFront.Hosting;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace ChatOrleans.WebFront.Auth;

/// <summary>The door of this folder: who may come in, and by which proof.</summary>
internal static class ChatAuthentication
{
    /// <summary>Adds bearer tokens and the policies. The default one lets in whoever has a valid token and names no other user.</summary>
    public static WebApplicationBuilder AddChatAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AuthOptions>().BindConfiguration(AuthOptions.Section)
            .PostConfigure<IHostEnvironment>(UseDevelopmentKeyWhereNothingIsSet)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();
        services.AddSingleton<IValidateOptions<AuthOptions>, ErasureValidator>();

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>, IHostEnvironment, BearerEvents>(Configure);
        services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, ForgetWithdrawnKeys);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BearerEvents>(provider, provider.GetRequiredService<IOptions<AuthOptions>>().Value));
        services.AddSingleton<TokenRevocations>();
        services.AddSingleton<Tickets>();

        services.AddSingleton<IAuthorizationHandler, MatchingUserIdHandler>();
        services.AddSingleton<IAuthorizationHandler, AllowedOriginHandler>();
        services.AddSingleton<IAuthorizationHandler, RequiredScopeHandler>();
        var policies = services.AddAuthorizationBuilder()
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new MatchingUserId(), new AllowedOrigin()).Build());
        foreach (var right in ScopeRights.Table)
        {
            policies.AddPolicy(right.Scope, policy => RequireScope(policy, right.Scope));
        }

        return builder;
    }

    private static void RequireScope(AuthorizationPolicyBuilder policy, string scope) => policy.RequireAuthenticatedUser()
        .AddRequirements(new MatchingUserId(), new AllowedOrigin(), new RequiredScope(scope));

    private static void UseDevelopmentKeyWhereNothingIsSet(AuthOptions options, IHostEnvironment environment)
    {
        if (environment.IsDevelopment() && string.IsNullOrEmpty(options.SigningKey) && string.IsNullOrEmpty(options.Authority)
            && string.IsNullOrEmpty(options.PublicKey))
        {
            options.SigningKey = DevelopmentKey.Value;
        }
    }

    private static void Configure(
        JwtBearerOptions bearer, IOptions<AuthOptions> options, IHostEnvironment environment, BearerEvents events)
    {
        var auth = options.Value;
        // "sub" stays "sub": the old SOAP claim names would hide it.
        bearer.MapInboundClaims = false;
        bearer.Events = events;
        bearer.RequireHttpsMetadata = !environment.IsDevelopment();
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            NameClaimType = Caller.SubjectClaim,
            ClockSkew = auth.ClockSkew,
            ValidAudience = auth.Audience,
            ValidateAudience = !string.IsNullOrEmpty(auth.Audience),
        };
        if (!string.IsNullOrEmpty(auth.Issuer))
        {
            bearer.TokenValidationParameters.ValidIssuer = auth.Issuer;
        }

        if (!string.IsNullOrEmpty(auth.Authority))
        {
            bearer.Authority = auth.Authority;
            // An issuer that changes its keys is asked again as soon as a token names one that is not known, but not by every forger.
            bearer.RefreshInterval = TimeSpan.FromSeconds(30);
            bearer.BackchannelTimeout = TimeSpan.FromSeconds(10);
            bearer.TokenValidationParameters.ValidAlgorithms = PublicKeys.Algorithms;
            return;
        }

        bearer.TokenValidationParameters.ValidateIssuer = !string.IsNullOrEmpty(auth.Issuer);
        if (!string.IsNullOrEmpty(auth.PublicKey))
        {
            bearer.TokenValidationParameters.IssuerSigningKeys = PublicKeys.Read(auth.PublicKey);
            bearer.TokenValidationParameters.ValidAlgorithms = PublicKeys.Algorithms;
        }
        else
        {
            bearer.TokenValidationParameters.IssuerSigningKey = SigningKey(auth);
            bearer.TokenValidationParameters.ValidAlgorithms = AlgorithmsOf(bearer.TokenValidationParameters.IssuerSigningKey);
        }
    }

    /// <summary>Each asks for a key as long as what it makes; with a shorter one the library takes none of its tokens.</summary>
    private static string[] AlgorithmsOf(SecurityKey key) =>
    [
        SecurityAlgorithms.HmacSha256,
        .. key.KeySize >= 384 ? [SecurityAlgorithms.HmacSha384] : Array.Empty<string>(),
        .. key.KeySize >= 512 ? [SecurityAlgorithms.HmacSha512] : Array.Empty<string>(),
    ];

    /// <summary>The library would go on taking tokens of a key that the issuer has withdrawn, for an hour.</summary>
    private static void ForgetWithdrawnKeys(JwtBearerOptions bearer)
    {
        if (bearer.ConfigurationManager is BaseConfigurationManager manager)
        {
            manager.UseLastKnownGoodConfiguration = false;
        }
    }

    internal static SymmetricSecurityKey SigningKey(AuthOptions auth) => new(Encoding.UTF8.GetBytes(auth.SigningKey!));
}
