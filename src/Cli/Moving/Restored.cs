using ChatOrleans.Cli.Archive;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Users;
using Orleans;

namespace ChatOrleans.Cli.Moving;

/// <summary>
/// After an older backup was put back: devices hold cursors that the store has forgotten and will give out again for other events. So
/// every user's feed is marked as after a crash, and begins a new epoch when it is next used: a device that knew more gets a snapshot.
/// </summary>
internal sealed class Restored(ChatStore store, IMoveProgress progress)
{
    private const string ProfileState = "profile";

    /// <summary>Repeating it changes nothing. Throws <see cref="LogUnavailableException"/>.</summary>
    public async Task<Totals> Run(CancellationToken cancellationToken)
    {
        long users = 0;
        await foreach (var name in store.Catalog.States(cancellationToken))
        {
            if (name.Name != ProfileState || name.Grain.Type.ToString() != "user")
                continue;
            var profile = new GrainState<UserProfile>(new UserProfile());
            await store.States.ReadStateAsync(name.Name, name.Grain, profile);
            if (!profile.State!.Open)
            {
                profile.State = profile.State with { Open = true };
                await store.States.WriteStateAsync(name.Name, name.Grain, profile);
            }

            progress.Report(++users, users, $"{users:N0} users");
        }

        return new Totals(0, 0, 0, users, 0);
    }
}
