using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>One frame as it came.</summary>
/// <param name="Cursor">Null for what has none.</param>
public sealed record ServerFrame(string Type, string Epoch, long? Cursor, JsonElement Body)
{
    /// <summary>The conversation that it tells of, if it tells of one.</summary>
    public string? Conversation => Body.TryGetProperty("conversation_id", out var id) ? id.GetString()
        : Body.TryGetProperty("conversation", out var conversation) ? conversation.GetProperty("id").GetString()
        : null;

    public long Seq => Body.TryGetProperty("seq", out var seq) ? seq.GetInt64() : 0;

    public override string ToString() => $"{Cursor} {Type} {Conversation} {Seq} {(Body.TryGetProperty("text", out var text) ? text.GetString() : "")}";
}
