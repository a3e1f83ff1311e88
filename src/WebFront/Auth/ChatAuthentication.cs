using System.Text;
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

        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<AuthOptions>, IHostEnvironment>(Configure);

        services.AddSingleton<IAuthorizationHandler, MatchingUserIdHandler>();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new MatchingUserId()).Build())
            .AddPolicy(ChatPolicies.SendAlerts, policy => policy.RequireAuthenticatedUser().AddRequirements(new MatchingUserId())
                .RequireAssertion(context => Caller.HasScope(context.User, Caller.AlertScope)));
        return builder;
    }

    private static void UseDevelopmentKeyWhereNothingIsSet(AuthOptions options, IHostEnvironment environment)
    {
        if (environment.IsDevelopment() && string.IsNullOrEmpty(options.SigningKey) && string.IsNullOrEmpty(options.Authority))
        {
            options.SigningKey = DevelopmentKey.Value;
        }
    }

    private static void Configure(JwtBearerOptions bearer, IOptions<AuthOptions> options, IHostEnvironment environment)
    {
        var auth = options.Value;
        // "sub" stays "sub": the old SOAP claim names would hide it.
        bearer.MapInboundClaims = false;
        bearer.Events = new BearerEvents(auth);
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

        if (string.IsNullOrEmpty(auth.Authority))
        {
            bearer.TokenValidationParameters.ValidateIssuer = !string.IsNullOrEmpty(auth.Issuer);
            bearer.TokenValidationParameters.IssuerSigningKey = SigningKey(auth);
            bearer.TokenValidationParameters.ValidAlgorithms =
                [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];
        }
        else
        {
            bearer.Authority = auth.Authority;
        }
    }

    internal static SymmetricSecurityKey SigningKey(AuthOptions auth) => new(Encoding.UTF8.GetBytes(auth.SigningKey!));
}
