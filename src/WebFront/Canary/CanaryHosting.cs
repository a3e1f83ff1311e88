using ChatOrleans.Silo.Observability;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Canary;

/// <summary>The door of this folder: the built-in canary, as a background service, a health check and metrics.</summary>
internal static class CanaryHosting
{
    public static WebApplicationBuilder AddCanary(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<CanaryOptions>().BindConfiguration(CanaryOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CanaryOptions>, AnnotatedOptions<CanaryOptions>>();
        builder.Services.AddSingleton<CanaryRecord>();
        builder.Services.AddHostedService<CanaryService>();
        builder.Services.AddHealthChecks().AddCheck<CanaryCheck>("canary", tags: [ChatObservability.CanaryTag]);
        return builder;
    }
}
