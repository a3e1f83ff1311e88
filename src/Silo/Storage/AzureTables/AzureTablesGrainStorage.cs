using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// Grain state in Azure Tables, laid out as Orleans' own Azure storage lays it out, so that it can take this one's place: partition
/// service and grain, row the state's name, the bytes in properties of 64 KiB, guarded by the service's etag.
/// </summary>
public sealed class AzureTablesGrainStorage(AzureTablesConnection connection, Serializer serializer, IOptions<ClusterOptions> cluster) : IGrainStorage
{
    private readonly TableClient _table = connection.States;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition(grainId), AzureTablesText.Escape(stateName));
        if (found.HasValue)
            grainState.Found<T>(serializer.FromStoredBytes<T>(found.Value!.Bytes()), found.Value!.ETag.ToString());
        else
            grainState.Missing();
    });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        var entity = Entity(stateName, grainId).With(serializer.ToStoredBytes(grainState.State));
        var answer = grainState.ETag is null
            ? await _table.AddEntityAsync(entity)
            : await _table.UpdateEntityAsync(entity, new ETag(grainState.ETag), TableUpdateMode.Replace);
        grainState.Written(answer.Headers.ETag.ToString()!);
    });

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Guard(stateName, grainId, grainState.ETag, async () =>
    {
        if (grainState.ETag is not null)
        {
            // Of a row that is not there the service answers 404, not that the etag is another.
            var answer = await _table.DeleteEntityAsync(Entity(stateName, grainId), new ETag(grainState.ETag));
            if (answer.Status == 404)
                throw GrainStates.Inconsistent(stateName, grainId, null, grainState.ETag);
        }

        grainState.Missing();
    });

    private TableEntity Entity(string stateName, GrainId grain) => new(Partition(grain), AzureTablesText.Escape(stateName));

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
