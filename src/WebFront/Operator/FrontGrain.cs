using ChatOrleans.Errors;
using ChatOrleans.Members;
using ChatOrleans.WebFront.Realtime.Sessions;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ChatOrleans.WebFront.Operator;

/// <summary>Whoever calls it hints at where it lives (<see cref="IPlacementDirector.PlacementHintKey"/>); anywhere else it refuses.</summary>
[RandomPlacement]
internal sealed class FrontGrain(ILocalSiloDetails here, Draining draining, DeviceSessions sessions) : Grain, IFrontGrain
{
    public Task<FrontState> State()
    {
        if (this.GetPrimaryKeyString() != here.SiloAddress.ToParsableString())
        {
            DeactivateOnIdle();
            throw ChatException.Unavailable("That web front does not answer.");
        }

        return Task.FromResult(new FrontState(draining.IsOn, sessions.Count));
    }

    public async Task<FrontState> Drain(bool on)
    {
        var state = await State();
        if (on && !state.Draining)
        {
            draining.Begin();
        }
        else if (!on)
        {
            draining.End();
        }

        return state with { Draining = on };
    }
}
