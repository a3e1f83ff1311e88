using System.Collections.Immutable;
using ChatOrleans.Errors;
using ChatOrleans.Grains.Observability;
using ChatOrleans.Members;
using Orleans.Placement;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Members;

/// <summary>Whoever calls it hints at where it lives (<see cref="IPlacementDirector.PlacementHintKey"/>); anywhere else it refuses.</summary>
[RandomPlacement]
internal sealed class MemberGrain(ILocalSiloDetails here, LaggingConversations lagging) : Grain, IMemberGrain
{
    public Task<ImmutableArray<LaggingConversation>> Lagging(int most)
    {
        if (this.GetPrimaryKeyString() != here.SiloAddress.ToParsableString())
        {
            DeactivateOnIdle();
            throw ChatException.Unavailable("That member does not answer.");
        }

        return Task.FromResult(lagging.Worst(most)
            .Select(entry => new LaggingConversation(entry.Key, entry.Value.Members, entry.Value.Messages)).ToImmutableArray());
    }
}
