using System.Net;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>The server refused a call, and would again.</summary>
public sealed class RestException(HttpStatusCode status, string body) : Exception($"{(int)status}: {body}")
{
    public HttpStatusCode Status => status;
}
