using ChatOrleans.Silo.Observability;
using ChatOrleans.WebFront.Auth;
using Orleans.Dashboard;

namespace ChatOrleans.WebFront.Operator;

/// <summary>The door of this folder: the operator's page, its calls, and Orleans' dashboard, all behind <see cref="ChatPolicies.Admin"/>.</summary>
internal static class OperatorHosting
{
    public static WebApplicationBuilder AddOperator(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton<Fronts>();
        builder.Services.AddSingleton<ClusterView>();
        builder.Services.AddSingleton<FrontView>();
        builder.Services.AddHealthChecks().AddCheck<DrainingCheck>("draining", tags: [ChatObservability.ReadyTag]);
        if (HasDashboard(builder.Configuration))
        {
            // Its live log would show whoever looks what the logs hold, and hold a connection open.
            builder.UseOrleans(silo => silo.AddDashboard(dashboard => dashboard.HideTrace = true));
        }

        return builder;
    }

    public static void MapOperator(this WebApplication app)
    {
        app.MapOperatorPage();
        var calls = app.MapGroup("/operator/api").RequireAuthorization(ChatPolicies.Admin).NeedsNoMembership().WithTags("Operator");
        calls.MapCluster();
        calls.MapPeople();
        // For the page: a balancer keeps /metrics to the inner network.
        app.MapPrometheusScrapingEndpoint("/operator/metrics").WithMetadata(new HttpMethodMetadata([HttpMethods.Get]))
            .RequireAuthorization(ChatPolicies.Admin).NeedsNoMembership();
        if (HasDashboard(app.Configuration))
        {
            app.MapOrleansDashboard("/operator/dashboard").RequireAuthorization(ChatPolicies.Admin);
        }
    }

    private static bool HasDashboard(IConfiguration configuration) =>
        bool.TryParse(configuration[$"{OperatorOptions.Section}:{nameof(OperatorOptions.Dashboard)}"], out var wanted) && wanted;
}
