using System.Diagnostics.CodeAnalysis;
using Orleans.Concurrency;
using Orleans.Metadata;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Hosting;

/// <summary>
/// Has every new activation give its thread back once before it does anything. Orleans (10.4.2) begins the loop of an activation inside
/// that activation's lock, and where activating completes at once, as with a local store, the loop goes on to the first call while
/// still inside. Two new activations that call each other in their first calls, as a conversation and its recovery list do after a
/// crash, then wait for each other's lock for ever, and with them each thread that has a message for one of them.
/// </summary>
internal sealed class FirstTurns(GrainClassMap classes) : IConfigureGrainContextProvider, IConfigureGrainContext
{
    public bool TryGetConfigurator(GrainType grainType, GrainProperties properties, [NotNullWhen(true)] out IConfigureGrainContext? configurator)
    {
        // A stateless worker is a context of its own kind, which has no lifecycle to subscribe to.
        configurator = classes.TryGetGrainClass(grainType, out var grain) && !grain.IsDefined(typeof(StatelessWorkerAttribute), true) ? this : null;
        return configurator is not null;
    }

    public void Configure(IGrainContext context) =>
        context.ObservableLifecycle.Subscribe(nameof(FirstTurns), GrainLifecycleStage.First, static async _ => await Task.Yield());
}
