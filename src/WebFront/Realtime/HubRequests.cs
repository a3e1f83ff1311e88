using System.Collections.Concurrent;

namespace ChatOrleans.WebFront.Realtime;

/// <summary>The requests that carry hub connections. Each ends when the last byte of its connection is written, after its session has.</summary>
internal sealed class HubRequests
{
    private readonly ConcurrentDictionary<Task, bool> _open = new();

    /// <summary>Completes as the request does.</summary>
    public async Task Add(Task request)
    {
        _open[request] = true;
        try
        {
            await request;
        }
        finally
        {
            _open.TryRemove(request, out _);
        }
    }

    /// <summary>Completes when all that are open now have ended, however.</summary>
    public Task Ended() => Task.WhenAll(_open.Keys.Select(request => (Task)request.ContinueWith(
        static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
}
