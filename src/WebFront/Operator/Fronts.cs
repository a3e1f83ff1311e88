using ChatOrleans.Errors;
using ChatOrleans.Members;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ChatOrleans.WebFront.Operator;

/// <summary>The web fronts of the cluster, whichever of them is asked: the operator's call comes in at any.</summary>
internal sealed class Fronts(IGrainFactory grains, IClusterMembershipService membership, IClusterManifestProvider manifests)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What one front tells of itself; null where it is none, or does not answer.</summary>
    public async Task<FrontState?> StateOf(ClusterMember member)
    {
        try
        {
            return IsFront(member) ? await At(member.SiloAddress, front => front.State()) : null;
        }
        catch (Exception)
        {
            // It is going, or has just come.
            return null;
        }
    }

    /// <param name="address">As <see cref="MemberAnswer.Address"/> has it.</param>
    /// <exception cref="ChatException">NotFound: there is no such front. Unavailable: it does not answer, and may or may not have heard.</exception>
    public async Task Drain(string address, bool on)
    {
        var front = membership.CurrentSnapshot.Members.Values.FirstOrDefault(
            member => member.Status == SiloStatus.Active && member.SiloAddress.ToParsableString() == address && IsFront(member))
            ?? throw ChatException.NotFound("There is no such web front. /operator/api/members lists them.");
        try
        {
            await At(front.SiloAddress, grain => grain.Drain(on));
        }
        catch (Exception failure) when (failure is not ChatException)
        {
            throw ChatException.Unavailable("That web front does not answer.");
        }
    }

    /// <summary>By what its process says that it can host.</summary>
    public bool IsFront(ClusterMember member) => member.Status == SiloStatus.Active
        && manifests.Current.Silos.TryGetValue(member.SiloAddress, out var manifest)
        && manifest.Grains.ContainsKey(grains.GetGrain<IFrontGrain>("front").GetGrainId().Type);

    private async Task<FrontState> At(SiloAddress address, Func<IFrontGrain, Task<FrontState>> call)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, address);
        try
        {
            return await call(grains.GetGrain<IFrontGrain>(address.ToParsableString())).WaitAsync(Patience);
        }
        finally
        {
            RequestContext.Remove(IPlacementDirector.PlacementHintKey);
        }
    }
}
