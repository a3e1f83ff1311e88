using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage;

/// <summary>What our grain storages do alike to a grain's state object.</summary>
internal static class GrainStates
{
    /// <summary>Random, so that a state which was cleared and written anew never has an etag that an old activation still holds.</summary>
    public static string NewETag() => FormatETag(Random.Shared.NextInt64());

    public static string FormatETag(long etag) => etag.ToString("x16", CultureInfo.InvariantCulture);

    public static void Found<T>(this IGrainState<T> grainState, T? state, string etag)
    {
        grainState.State = state!;
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public static void Written<T>(this IGrainState<T> grainState, string etag)
    {
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public static void Missing<T>(this IGrainState<T> grainState)
    {
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null!;
        grainState.RecordExists = false;
    }

    public static InconsistentStateException Inconsistent(string stateName, GrainId grainId, string? stored, string? expected) => new(
        $"State {stateName} of {grainId} was written by another activation since this one read it.", stored ?? "(none)", expected ?? "(none)");
}
