using ChatOrleans.Members;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace ChatOrleans.WebFront.Operator;

/// <param name="Here">True for the member that answers.</param>
/// <param name="Role">web, or silo: a member without the web server. What is not active is no web front any more.</param>
/// <param name="Draining">Null where it is no web front, or does not answer.</param>
/// <param name="Connections">Likewise.</param>
internal sealed record MemberAnswer(
    string Address, string Name, string Status, string Role, DateTime StartedAt, bool Here, bool? Draining, int? Connections);

internal sealed record LaggingAnswer(string ConversationId, string Member, int Members, long Messages);

/// <summary>The cluster as this member sees it, and what the others tell when asked.</summary>
internal sealed class ClusterView(
    IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails here, Fronts fronts)
{
    private const int MostLagging = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Active ones first, then the youngest.</summary>
    public async Task<IEnumerable<MemberAnswer>> Members() => await Task.WhenAll(membership.CurrentSnapshot.Members.Values
        .OrderByDescending(member => member.Status == SiloStatus.Active).ThenByDescending(member => member.SiloAddress.Generation)
        .Select(async member =>
        {
            var front = await fronts.StateOf(member);
            return new MemberAnswer(
                member.SiloAddress.ToParsableString(),
                member.Name,
                member.Status.ToString(),
                fronts.IsFront(member) ? "web" : "silo",
                // A generation is the time of the start, in seconds since 2022.
                SiloStart(member.SiloAddress),
                member.SiloAddress.Equals(here.SiloAddress),
                front?.Draining,
                front?.Connections);
        }));

    /// <summary>Furthest behind first. A member that does not answer soon is left out.</summary>
    public async Task<IEnumerable<LaggingAnswer>> Lagging()
    {
        var active = membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).ToList();
        var told = await Task.WhenAll(active.Select(LaggingAt));
        return told.SelectMany(one => one).OrderByDescending(one => one.Messages).Take(MostLagging);
    }

    private async Task<IEnumerable<LaggingAnswer>> LaggingAt(ClusterMember member)
    {
        try
        {
            RequestContext.Set(IPlacementDirector.PlacementHintKey, member.SiloAddress);
            var lagging = await grains.GetGrain<IMemberGrain>(member.SiloAddress.ToParsableString()).Lagging(MostLagging).WaitAsync(Patience);
            return lagging.Select(one => new LaggingAnswer(one.ConversationId.Value, member.Name, one.Members, one.Messages));
        }
        catch (Exception)
        {
            // It is going, or has just come.
            return [];
        }
    }

    private static DateTime SiloStart(SiloAddress address) => new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(address.Generation);
}
