using Azure;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// Grain state in Azure Tables, laid out as Orleans' own Azure storage lays it out, so that it can take this one's place: partition
/// service and grain, row the state's name, the bytes in properties of 64 KiB, guarded by the service's etag. What that could not hold,
/// above 704 KiB, goes on in more rows.
/// </summary>
public sealed class AzureTablesGrainStorage(AzureTablesConnection connection, Serializer serializer, IOptions<ClusterOptions> cluster) : IGrainStorage
{
    private readonly AzureTablesStateRows _rows = new(connection.States);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        if (await _rows.Read(Partition(grainId), AzureTablesText.Escape(stateName)) is { } found)
            grainState.Found<T>(serializer.FromStoredBytes<T>(found.Bytes), found.Tag.ToString());
        else
            grainState.Missing();
    });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        var (bytes, before) = (serializer.ToStoredBytes(grainState.State), AzureTablesStateTag.Parse(grainState.ETag));
        var written = await _rows.Write(Partition(grainId), AzureTablesText.Escape(stateName), bytes, before);
        grainState.Written(written.ToString());
    });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        if (grainState.ETag is not null)
            await _rows.Delete(Partition(grainId), AzureTablesText.Escape(stateName), AzureTablesStateTag.Parse(grainState.ETag));
        grainState.Missing();
    });

    /// <summary>Orleans' layout puts an underscore for the slash between a grain's type and key.</summary>
    private string Partition(GrainId grain) =>
        $"{AzureTablesText.Escape(cluster.Value.ServiceId)}_{AzureTablesText.Escape(grain.Type.ToString()!)}_{AzureTablesText.Escape(grain.Key.ToString()!)}";

    private static async Task Guard(string stateName, GrainId grainId, string? expected, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RequestFailedException moved) when (moved.Status is 404 or 409 or 412)
        {
            throw GrainStates.Inconsistent(stateName, grainId, "(another)", expected);
        }
        catch (Exception fault) when (AzureTablesConnection.IsFault(fault))
        {
            throw AzureTablesConnection.Unavailable(fault);
        }
    }
}
