using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Ids;
using ChatOrleans.Streams;
using ChatOrleans.Users;
using Orleans.Runtime;

namespace ChatOrleans.Grains.Nearby;

/// <summary>
/// Reads a user's feed for a device of this process: as <see cref="IUserGrain.Feed"/> does, and where the user's grain lives here too,
/// its batches come without a call each. The call itself stays open all the while, so that its end, whatever the reason, is seen.
/// </summary>
public sealed class NearbyFeeds(ILocalSiloDetails here, NearbyStreams streams, HostedHere hosted)
{
    private readonly ConcurrentDictionary<string, NearbyDevice> _devices = new();

    /// <summary>Order, resume, back-pressure and failures are those of <see cref="IUserGrain.Feed"/>.</summary>
    public async IAsyncEnumerable<FeedBatch> Read(
        IUserGrain user, FeedRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(request);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        request = request with { ReadBy = here.SiloAddress };
        if (hosted.Grains && !streams.Has(NearbyStreams.Of(new UserId(user.GetPrimaryKeyString()))))
        {
            await user.ComeNear(here.SiloAddress).WaitAsync(cancellationToken);
        }

        var device = new NearbyDevice();
        _devices[request.DeviceId] = device;
        // One batch at a time: what the grain holds back is its own to bound, what travels is not.
        await using var feed = user.Feed(request, ending.Token).WithBatchSize(1).GetAsyncEnumerator(ending.Token);
        Task<bool>? rest = null;
        try
        {
            while (rest is null && await feed.MoveNextAsync())
            {
                yield return feed.Current;
                if (device.IsAttached)
                {
                    // From here on the call yields nothing more: it only ends.
                    rest = feed.MoveNextAsync().AsTask();
                    _ = rest.ContinueWith(
                        static (_, one) => ((NearbyDevice)one!).End(), device, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                }
            }

            while (rest is not null && await device.Take() is { } batch)
            {
                yield return batch;
            }

            if (rest is not null)
            {
                await rest;
            }
        }
        finally
        {
            _devices.TryRemove(KeyValuePair.Create(request.DeviceId, device));
            device.End();
            if (rest is not null)
            {
                await ending.CancelAsync();
                await ((Task)rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Null where the device is not in this process.</summary>
    internal NearbyDevice? Find(string deviceId) => _devices.GetValueOrDefault(deviceId);
}
