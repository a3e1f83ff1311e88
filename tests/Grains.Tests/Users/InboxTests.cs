using ChatOrleans.Conversations;
using ChatOrleans.Grains.Users;
using ChatOrleans.Ids;
using ChatOrleans.Users;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace ChatOrleans.Grains.Tests.Users;

public sealed class InboxTests
{
    private static readonly UserId _me = new("ada");
    private static readonly UserId _other = new("grace");
    private static readonly ConversationId[] _conversations = [ConversationId.Direct(_me, _other), ConversationId.Requested(_me, "1"), ConversationId.Requested(_me, "2")];
    private static readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>state + events == read again: a snapshot taken anywhere, stored and read, and the entries after it give the same inbox.</summary>
    [Fact]
    public void Fold_FromAnySnapshot_EqualsTheFoldOfAllEntries() => Prop.ForAll(Feeds(), Gen.Choose(0, 60).ToArbitrary(), (entries, cut) =>
    {
        cut = Math.Min(cut, entries.Length);
        var all = Fold(entries);
        var stored = _serializer.SerializeToArray(Fold(entries[..cut]).ToSnapshot());
        var again = Inbox.From(_me, _serializer.Deserialize<InboxSnapshot>(stored)!);
        foreach (var entry in entries[cut..])
        {
            again.Apply(entry);
        }

        Assert.Equal(Describe(all), Describe(again));
    }).QuickCheckThrowOnFailure();

    /// <summary>The number of unread notifications is always the number of notifications that are unread.</summary>
    [Fact]
    public void UnreadNotifications_AreAlwaysThoseThatCanBeListed() => Prop.ForAll(Feeds(), entries =>
    {
        var inbox = Fold(entries);
        Assert.Equal(inbox.UnreadCursors().Count(), inbox.UnreadNotifications);
        Assert.All(inbox.UnreadCursors(), cursor => Assert.True(inbox.IsUnread(entries[cursor - 1])));
        Assert.Equal(
            entries.Count(entry => entry.NotificationId is not null && inbox.IsUnread(entry.NotificationId)), inbox.UnreadNotifications);
    }).QuickCheckThrowOnFailure();

    /// <summary>Unread messages of a conversation always equal what the log says: the last seq less the mark.</summary>
    [Fact]
    public void UnreadMessages_AreDerivedFromTheLog() => Prop.ForAll(Feeds(), entries =>
    {
        var inbox = Fold(entries);
        foreach (var id in _conversations)
        {
            var of = entries.Where(entry => entry.ConversationId == id).ToList();
            var last = of.Where(entry => entry.Kind is FeedEntryKind.NewMessage or FeedEntryKind.NewConversation).Select(entry => entry.Seq).LastOrDefault();
            var read = of.Select(entry => entry.SenderId == _me && entry.Kind == FeedEntryKind.NewMessage ? entry.Seq : entry.ReadSeq).Append(0).Max();
            Assert.Equal(last - read, inbox.Find(id)?.UnreadMessages ?? 0);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_WhenACursorIsMissing_Refuses() =>
        Assert.Throws<InvalidOperationException>(() => new Inbox(_me).Apply(new FeedEntry { Cursor = 2, Kind = FeedEntryKind.NotificationRead, Timestamp = default }));

    private static Inbox Fold(IEnumerable<FeedEntry> entries)
    {
        var inbox = new Inbox(_me);
        foreach (var entry in entries)
        {
            inbox.Apply(entry);
        }

        return inbox;
    }

    private static string Describe(Inbox inbox) => string.Join('\n', inbox.ToSnapshot().Conversations
        .Select(one => $"{one with { Unread = [] }} {string.Join(' ', one.Unread)}")
        .Append($"{inbox.Cursor} {inbox.UnreadNotifications} {string.Join(' ', inbox.UnreadCursors())}"));

    /// <summary>Feeds as a user grain could have made them: joined first, messages contiguous, marks only forward.</summary>
    private static Arbitrary<FeedEntry[]> Feeds() => Gen.Choose(0, 1_000_000).ListOf(60).Select(dice =>
    {
        var entries = new List<FeedEntry>();
        var inbox = new Inbox(_me);
        foreach (var die in dice)
        {
            var id = _conversations[die % _conversations.Length];
            var entry = Next(inbox, die / _conversations.Length, id, new FeedEntry
            {
                Cursor = inbox.Cursor + 1,
                Kind = FeedEntryKind.ConversationUpdated,
                Timestamp = DateTime.UnixEpoch,
                ConversationId = id,
            });
            entries.Add(entry);
            inbox.Apply(entry);
        }

        return entries.ToArray();
    }).ToArbitrary();

    private static FeedEntry Next(Inbox inbox, int die, ConversationId id, FeedEntry entry)
    {
        var conversation = inbox.Find(id);
        if (conversation is not { IsMember: true })
        {
            var seq = (conversation?.LastSeq ?? 0) + (die % 4);
            return entry with { Kind = FeedEntryKind.NewConversation, Rev = (conversation?.Rev ?? 0) + 1, Seq = seq, ReadSeq = seq, By = die % 2 == 0 ? _me : _other };
        }

        return (die % 12) switch
        {
            < 4 => entry with { Kind = FeedEntryKind.NewMessage, Seq = conversation.LastSeq + 1, SenderId = _other, Verdict = NotificationVerdict.Notified },
            4 => entry with { Kind = FeedEntryKind.NewMessage, Seq = conversation.LastSeq + 1, SenderId = _me, Verdict = NotificationVerdict.OwnMessage },
            5 => entry with { Kind = FeedEntryKind.NewMessage, Seq = conversation.LastSeq + 1, SenderId = _other, Verdict = NotificationVerdict.Shown },
            6 => entry with { Kind = FeedEntryKind.ConversationRead, ReadSeq = conversation.ReadSeq + (die % (int)(conversation.UnreadMessages + 1)) },
            7 => entry with { Kind = FeedEntryKind.NotificationRead, ConversationId = null, NotificationIds = inbox.UnreadOf(id, conversation.ReadSeq) },
            8 => entry with { Kind = FeedEntryKind.MessageDeleted, Rev = conversation.Rev + 1, Seq = Math.Max(1, conversation.LastSeq - (die % 3)) },
            9 => entry with { Kind = FeedEntryKind.SystemAlert, ConversationId = null, Alert = new SystemAlert { AlertId = $"a{entry.Cursor}", Title = "t", Content = "c" } },
            10 when die % 5 == 0 => entry with { Kind = FeedEntryKind.NotificationRead, ConversationId = null, AllUpToCursor = Math.Max(1, inbox.Cursor - (die % 4)) },
            10 => entry with { Muted = die % 2 == 0 },
            _ => entry with { Kind = FeedEntryKind.ConversationRemoved, Rev = conversation.Rev + 1, By = _other },
        };
    }
}
