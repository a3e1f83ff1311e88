using System.Text.Json;
using System.Text.Json.Nodes;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>A device with the official SignalR client, with either of its protocols.</summary>
public sealed class HubDevice : TestDevice
{
    private static readonly Dictionary<string, string> Methods = new()
    {
        ["send_message"] = "SendMessage",
        ["edit_message"] = "EditMessage",
        ["delete_message"] = "DeleteMessage",
        ["set_active_conversation"] = "SetActiveConversation",
        ["mark_read"] = "MarkRead",
        ["mark_notification_read"] = "MarkNotificationRead",
        ["mark_all_notifications_read"] = "MarkAllNotificationsRead",
        ["typing"] = "Typing",
        ["ping"] = "Ping",
        ["resume"] = "Resume",
    };

    private readonly HubConnection _connection;
    private readonly bool _messagePack;

    private HubDevice(HubConnection connection, bool messagePack)
    {
        (_connection, _messagePack) = (connection, messagePack);
        if (messagePack)
        {
            connection.On<PackedJson>("events", packed => Take(JsonNode.Parse(packed.Json)!.AsArray()));
        }
        else
        {
            connection.On<JsonArray>("events", Take);
        }

        connection.Closed += failure =>
        {
            Closed.TrySetResult(failure);
            return Task.CompletedTask;
        };
    }

    public TaskCompletionSource<Exception?> Closed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HubConnection Connection => _connection;

    public static Task<HubDevice> Connect(ChatServer server, string user, bool messagePack, string query = "") =>
        Connect(server, user, messagePack, query, _ => { });

    /// <param name="reconnects">By itself, where the server lets it.</param>
    public static async Task<HubDevice> Connect(
        ChatServer server, string user, bool messagePack, string query, Action<HttpConnectionOptions> prepare, bool reconnects = false)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(server.Address, $"/hubs/chat?{query}"), options =>
        {
            options.AccessTokenProvider = () => server.Token(user)!;
            prepare(options);
        });
        if (reconnects)
        {
            builder.WithAutomaticReconnect();
        }

        if (messagePack)
        {
            builder.AddMessagePackProtocol(options => options.SerializerOptions = MessagePackSerializerOptions.Standard.WithResolver(
                CompositeResolver.Create([new PackedJsonFormatter()], [StandardResolver.Instance])));
        }

        var device = new HubDevice(builder.Build(), messagePack);
        await device._connection.StartAsync();
        return device;
    }

    public override async Task<JsonNode?> Do(string action, params object?[] arguments)
    {
        try
        {
            if (_messagePack)
            {
                var packed = await _connection.InvokeCoreAsync<PackedJson?>(Methods[action], [.. arguments.Select(Packable)]);
                return packed is null ? null : JsonNode.Parse(packed.Json);
            }

            return await _connection.InvokeCoreAsync<JsonNode?>(Methods[action], arguments);
        }
        catch (HubException refusal)
        {
            // "An unexpected error occurred invoking 'X' on the server. HubException: code: text" is how the client words it.
            var told = refusal.Message[(refusal.Message.IndexOf("HubException: ", StringComparison.Ordinal) is var at and >= 0 ? at + 14 : 0)..];
            throw new RefusedException(told[..told.IndexOf(':', StringComparison.Ordinal)], told);
        }
    }

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static object? Packable(object? argument) => argument switch
    {
        JsonObject json => json.ToDictionary(pair => pair.Key, pair => Packable(pair.Value)),
        JsonNode value => value.ToString(),
        _ => argument,
    };

    private void Take(JsonArray frames)
    {
        foreach (var frame in frames)
        {
            Received(frame!.DeepClone().AsObject());
        }
    }

    /// <summary>Any MessagePack value, as JSON: the frames have no types of their own here.</summary>
    private sealed record PackedJson(string Json);

    private sealed class PackedJsonFormatter : IMessagePackFormatter<PackedJson?>
    {
        public PackedJson? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            if (reader.TryReadNil())
            {
                return null;
            }

            var raw = reader.ReadRaw();
            return new PackedJson(WebFront.Realtime.Hubs.HubArgumentMessagePack.ToJson(raw, MessagePackSerializerOptions.Standard));
        }

        public void Serialize(ref MessagePackWriter writer, PackedJson? value, MessagePackSerializerOptions options) =>
            throw new NotSupportedException("Only read.");
    }
}
