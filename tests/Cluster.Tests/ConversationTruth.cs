using System.Text.Json;

namespace ChatOrleans.Cluster.Tests;

/// <summary>What a conversation's own logs say of who may know what.</summary>
internal sealed class ConversationTruth(List<JsonElement> changes, List<JsonElement> messages)
{
    public int ChangeCount => changes.Count;

    public long Last => messages.Count;

    public static IEnumerable<long> Seqs(long first, long last) => Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(i => first + i);

    public long LastOf(string user) => messages.Where(one => one.GetProperty("sender_id").GetString() == user)
        .Select(one => one.GetProperty("seq").GetInt64()).LastOrDefault();

    /// <summary>After which message each membership began, and with which it ended.</summary>
    public List<(long After, long? Until)> Memberships(string user)
    {
        var memberships = new List<(long After, long? Until)>();
        foreach (var change in changes.Where(one => Concerns(one, user)))
        {
            var at = change.GetProperty("at_seq").GetInt64();
            if (TypeOf(change) == "member_removed")
            {
                memberships[^1] = (memberships[^1].After, at);
            }
            else
            {
                memberships.Add((at, null));
            }
        }

        return memberships;
    }

    public List<string> FeedOf(string user)
    {
        var feed = new List<string>();
        var (seq, member) = (0L, false);
        foreach (var change in changes)
        {
            var at = change.GetProperty("at_seq").GetInt64();
            feed.AddRange(member ? Seqs(seq + 1, at).Select(one => $"new_message {one}") : []);
            seq = at;
            if (Concerns(change, user))
            {
                member = TypeOf(change) != "member_removed";
                feed.Add(member ? "new_conversation" : "conversation_removed");
            }
            else if (member)
            {
                feed.Add("conversation_updated");
            }
        }

        feed.AddRange(member ? Seqs(seq + 1, Last).Select(one => $"new_message {one}") : []);
        return feed;
    }

    private static string TypeOf(JsonElement change) => change.GetProperty("type").GetString()!;

    private static bool Concerns(JsonElement change, string user) => change.TryGetProperty("members", out var members)
        && members.EnumerateArray().Any(one => one.GetProperty("user_id").GetString() == user);
}
