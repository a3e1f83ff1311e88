using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>
/// Hub connections that are several requests, by the id that these name. Who polls sends no pings beside that: the polls, each of which ends
/// well within a heartbeat, are the signs of life.
/// </summary>
internal sealed class HubPolls
{
    private readonly ConcurrentDictionary<string, SignsOfLife> _open = new();

    /// <summary>A request for one of them has come.</summary>
    public void Asked(HttpRequest request)
    {
        if (request.Query["id"] is [{ } id] && _open.TryGetValue(id, out var signs))
        {
            signs.Heard();
        }
    }

    /// <summary>Completes as the connection does.</summary>
    public async Task Keep(ConnectionContext connection, SignsOfLife signs, ConnectionDelegate next)
    {
        if (connection.GetHttpContext()?.Request.Query["id"] is not [{ } id])
        {
            await next(connection);
            return;
        }

        _open[id] = signs;
        try
        {
            await next(connection);
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }
}
