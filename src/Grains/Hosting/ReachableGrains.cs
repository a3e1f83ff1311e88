using ChatOrleans.Errors;

namespace ChatOrleans.Grains.Hosting;

/// <summary>Grains from a process that hosts none, and so may know of nobody who does.</summary>
public static class ReachableGrains
{
    /// <summary>As <c>GetGrain</c>.</summary>
    /// <exception cref="ChatException">Unavailable where no member is known that hosts such grains: none is there yet, or the last has just gone.</exception>
    public static T Reach<T>(this IGrainFactory grains, string key)
        where T : IGrainWithStringKey
    {
        ArgumentNullException.ThrowIfNull(grains);
        try
        {
            return grains.GetGrain<T>(key);
        }
        catch (ArgumentException)
        {
            throw ChatException.Unavailable("No member of the cluster can do this right now. Try again with the same client id.");
        }
    }
}
