namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>What a load balancer does for calls: goes on with the next front where one does not take the connection.</summary>
public sealed class Failover(IReadOnlyList<Uri> fronts, int first) : DelegatingHandler(new SocketsHttpHandler())
{
    private int _at = first;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var at = Volatile.Read(ref _at);
        request.RequestUri = new Uri(fronts[at % fronts.Count], request.RequestUri!.PathAndQuery);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            // The call itself may have been done: whoever repeats it decides.
            Interlocked.CompareExchange(ref _at, at + 1, at);
            throw;
        }
    }
}
