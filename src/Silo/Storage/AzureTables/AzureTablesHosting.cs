using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>Gives a silo its storage in Azure Tables.</summary>
public static class AzureTablesHosting
{
    /// <inheritdoc cref="AddAzureTablesStorage(IServiceCollection, Action{AzureTablesOptions}?, bool)"/>
    public static ISiloBuilder AddAzureTablesStorage(this ISiloBuilder silo, Action<AzureTablesOptions>? configure = null)
    {
        silo.Services.AddAzureTablesStorage(configure);
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static provider => provider.GetRequiredService<AzureTablesConnection>());
        return silo;
    }

    /// <summary>
    /// Section <c>Storage</c>, then <paramref name="configure"/>. The start of a silo waits for the account and creates the tables;
    /// without a silo, whoever uses the storage starts the <see cref="AzureTablesConnection"/> first.
    /// </summary>
    /// <param name="create">Where false, tables that are not there fail the start with a <see cref="StorageStartException"/>.</param>
    public static IServiceCollection AddAzureTablesStorage(
        this IServiceCollection services, Action<AzureTablesOptions>? configure = null, bool create = true)
    {
        services.Configure<AzureTablesOptions>(options => options.MustExist = !create);
        services.AddStoreOptions(configure);
        services.AddSingleton<AzureTablesConnection>();
        services.AddSingleton<ILogStore, AzureTablesLogStore>();
        services.AddSingleton<IStoreCatalog, AzureTablesCatalog>();
        services.AddKeyedSingleton<IGrainStorage>(
            StorageHosting.Name, static (provider, _) => ActivatorUtilities.CreateInstance<AzureTablesGrainStorage>(provider));
        return services;
    }
}
