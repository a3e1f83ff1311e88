using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>One server for all transports: as in life, they see each other's events.</summary>
[CollectionDefinition(nameof(ChatServer))]
public sealed class ChatServerCollection : ICollectionFixture<ChatServer>;

[Collection(nameof(ChatServer))]
public sealed class SocketTransportTests(ChatServer server) : TransportSpecification(server)
{
    protected override async Task<TestDevice> Open(string user, string query) => await SocketDevice.Connect(Server, user, query);
}

[Collection(nameof(ChatServer))]
public sealed class BatchingSocketTransportTests(ChatServer server) : TransportSpecification(server)
{
    protected override async Task<TestDevice> Open(string user, string query) => await SocketDevice.Connect(Server, user, $"batch=1&{query}");
}

[Collection(nameof(ChatServer))]
public sealed class HubJsonTransportTests(ChatServer server) : TransportSpecification(server)
{
    protected override async Task<TestDevice> Open(string user, string query) => await HubDevice.Connect(Server, user, messagePack: false, query);
}

[Collection(nameof(ChatServer))]
public sealed class HubMessagePackTransportTests(ChatServer server) : TransportSpecification(server)
{
    protected override async Task<TestDevice> Open(string user, string query) => await HubDevice.Connect(Server, user, messagePack: true, query);
}
