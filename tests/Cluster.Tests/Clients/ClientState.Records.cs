using System.Globalization;
using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

public sealed partial class ClientState
{
    private sealed record Notification(string Id, long Cursor, string Type)
    {
        public string Content { get; set; } = "";

        public bool Read { get; set; }

        public static Notification Of(JsonElement told) => new(Text(told, "id"), CursorOf(told), Text(told, "type"))
        {
            Content = Text(told, "content"),
            Read = told.GetProperty("read").GetBoolean(),
        };
    }

    private sealed record Conversation
    {
        public required string Title { get; init; }

        public required string Meta { get; init; }

        public required string History { get; init; }

        public required string Members { get; init; }

        public long LastSeq { get; set; }

        public long ReadSeq { get; set; }

        public long Unread { get; set; }

        public bool Muted { get; init; }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Title}\" {Meta} {History} [{Members}] last {LastSeq} read {ReadSeq} unread {Unread} muted {Muted}");
    }
}
