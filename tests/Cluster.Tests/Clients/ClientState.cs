using System.Text.Json;

namespace ChatOrleans.Cluster.Tests.Clients;

/// <summary>
/// What a client knows: the fold of the frames it got, after a snapshot or from its last cursor on. Two clients of one user that
/// have read up to the same event must describe the same.
/// </summary>
public sealed partial class ClientState
{
    private const int Recent = 50;

    private readonly SortedDictionary<string, Conversation> _conversations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<long, JsonElement>> _messages = [];
    private readonly List<Notification> _notifications = [];
    private readonly Dictionary<string, Notification> _byId = [];

    /// <summary>Unread notifications that lie before those that the client has been told of.</summary>
    private long _olderUnread;

    public ClientState()
    {
    }

    public ClientState(ClientState other)
    {
        foreach (var (id, conversation) in other._conversations)
        {
            _conversations[id] = conversation with { };
        }

        foreach (var (id, messages) in other._messages)
        {
            _messages[id] = new(messages);
        }

        other._notifications.ForEach(one => Add(one with { }));
        _olderUnread = other._olderUnread;
    }

    public IReadOnlyCollection<string> Conversations => _conversations.Keys;

    public long Unread => _olderUnread + _notifications.Count(one => !one.Read);

    public IReadOnlyCollection<JsonElement> Messages(string conversation) =>
        _messages.TryGetValue(conversation, out var messages) ? messages.Values : [];

    public long LastSeq(string conversation) =>
        _messages.TryGetValue(conversation, out var messages) && messages.Count > 0 ? messages.Keys.Last() : 0;

    public void Take(JsonElement snapshot)
    {
        SetConversations(snapshot.GetProperty("conversations").EnumerateArray());
        SetNotifications(snapshot.GetProperty("notifications").EnumerateArray(), snapshot.GetProperty("unread_notifications").GetInt64());
    }

    public void SetConversations(IEnumerable<JsonElement> conversations)
    {
        _conversations.Clear();
        foreach (var conversation in conversations)
        {
            Set(conversation);
        }

        foreach (var left in _messages.Keys.Where(id => !_conversations.ContainsKey(id)).ToList())
        {
            _messages.Remove(left);
        }
    }

    /// <summary>Newest first.</summary>
    public void SetNotifications(IEnumerable<JsonElement> notifications, long unread)
    {
        _notifications.Clear();
        _byId.Clear();
        foreach (var notification in notifications.Reverse())
        {
            Add(Notification.Of(notification));
        }

        _olderUnread = unread - _notifications.Count(one => !one.Read);
    }

    public void Apply(string type, JsonElement frame)
    {
        switch (type)
        {
            case "new_message":
                Upsert(frame);
                TellOf(frame);
                break;
            case "message_updated" or "message_deleted":
                Upsert(frame);
                Change(frame);
                break;
            case "new_conversation":
                Set(frame.GetProperty("conversation"));
                if (!frame.GetProperty("read").GetBoolean())
                {
                    // The creator's own is told as read, and is none.
                    Add(Notification.Of(frame));
                }

                break;
            case "system_alert" or "notification_added":
                Add(Notification.Of(frame));
                break;
            case "conversation_updated":
                Set(frame.GetProperty("conversation"));
                break;
            case "conversation_removed":
                _conversations.Remove(Text(frame, "conversation_id"));
                _messages.Remove(Text(frame, "conversation_id"));
                break;
            case "conversation_read" when frame.TryGetProperty("cursor", out _):
                if (_conversations.TryGetValue(Text(frame, "conversation_id"), out var read))
                {
                    (read.ReadSeq, read.Unread) = (Number(frame, "read_seq"), Number(frame, "unread"));
                }

                break;
            case "notification_read":
                MarkRead(frame);
                break;
        }
    }

    public void Upsert(JsonElement message)
    {
        var id = Text(message, "conversation_id");
        if (!_messages.TryGetValue(id, out var messages))
        {
            _messages[id] = messages = [];
        }

        messages[Number(message, "seq")] = message;
    }

    /// <summary>Everything a user could see, line by line: the same lines, the same state.</summary>
    public List<string> Describe()
    {
        List<string> lines = [$"unread notifications {Unread}"];
        lines.AddRange(_conversations.Select(entry => $"{entry.Key} {entry.Value}"));
        foreach (var (id, messages) in _messages.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            lines.AddRange(messages.Values.Select(one =>
                $"{id} {Number(one, "seq")} {Text(one, "sender_id")} \"{Text(one, "text")}\" edited {one.GetProperty("edited_at")} deleted {one.GetProperty("deleted")}"));
        }

        lines.AddRange(Enumerable.Reverse(_notifications).Take(Recent).Select(one => $"{one.Id} {one.Type} \"{one.Content}\" read {one.Read}"));
        return lines;
    }

    private void Set(JsonElement told) => _conversations[Text(told, "id")] = new Conversation
    {
        Title = Text(told, "title"),
        Meta = told.GetProperty("meta").GetRawText(),
        History = Text(told, "history"),
        Members = string.Join(',', told.GetProperty("members").EnumerateArray().Select(one => Text(one, "user_id")).Order(StringComparer.Ordinal)),
        LastSeq = Number(told, "last_seq"),
        ReadSeq = Number(told, "read_seq"),
        Unread = Number(told, "unread"),
        Muted = told.GetProperty("muted").GetBoolean(),
    };

    private void TellOf(JsonElement message)
    {
        if (_conversations.TryGetValue(Text(message, "conversation_id"), out var conversation))
        {
            conversation.LastSeq = Math.Max(conversation.LastSeq, Number(message, "seq"));
            conversation.Unread = Number(message, "unread");
            conversation.ReadSeq = Number(message, "seq") - conversation.Unread;
        }

        if (message.GetProperty("notification_id").GetString() is { } id)
        {
            Add(new Notification(id, CursorOf(message), "new_message") { Content = Text(message, "text"), Read = message.GetProperty("deleted").GetBoolean() });
        }
    }

    private void Change(JsonElement message)
    {
        if (_byId.TryGetValue($"msg-{Text(message, "id")}", out var notification))
        {
            notification.Content = Text(message, "text");
            notification.Read |= message.GetProperty("deleted").GetBoolean();
        }
    }

    private void Add(Notification notification)
    {
        if (_byId.TryAdd(notification.Id, notification))
        {
            _notifications.Add(notification);
        }
    }

    private void MarkRead(JsonElement frame)
    {
        if (frame.TryGetProperty("all_up_to_cursor", out var all))
        {
            _notifications.Where(one => one.Cursor <= all.GetInt64()).ToList().ForEach(one => one.Read = true);
            _olderUnread = 0;
            return;
        }

        foreach (var id in frame.GetProperty("notification_ids").EnumerateArray().Select(one => one.GetString()))
        {
            if (_byId.TryGetValue(id!, out var known))
            {
                known.Read = true;
            }
            else
            {
                _olderUnread--;
            }
        }
    }

    private static string Text(JsonElement from, string name) => from.GetProperty(name).GetString()!;

    private static long Number(JsonElement from, string name) => from.GetProperty(name).GetInt64();

    private static long CursorOf(JsonElement from) => from.TryGetProperty("cursor", out var cursor) ? cursor.GetInt64() : 0;
}
