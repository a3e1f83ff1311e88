using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Users;

/// <summary>Whether what the user is shown is what the logs say.</summary>
public sealed partial class UserGrain
{
    /// <summary>Newest messages of a conversation that are read again from its log.</summary>
    private const int AuditedMessages = 1_024;
    private const int AuditedAtOnce = 16;

    private Task<AuditReport>? _auditing;

    public Task<AuditReport> Audit() => _auditing is { IsCompleted: false } running ? running : _auditing = AuditTwice();

    /// <summary>What differs because it is just on its way here does not differ a second time.</summary>
    private async Task<AuditReport> AuditTwice()
    {
        await Loaded();
        var report = await AuditOnce();
        if (!report.Findings.IsEmpty)
        {
            report = await AuditOnce();
        }

        _metrics.Audited(report);
        if (!report.Findings.IsEmpty)
        {
            LogDrift(_me, report.Findings.Length, report.Findings[0].Kind);
        }

        return report;
    }

    private async Task<AuditReport> AuditOnce()
    {
        var standings = await Standings();
        var (audit, inbox) = await FoldAgain();
        foreach (var conversation in inbox.Conversations)
        {
            if (standings.TryGetValue(conversation.Id, out var standing))
            {
                audit.Excuse(conversation.Id, standing.FirstSeq);
                audit.Compare(conversation, standing);
            }

            // What retention has removed is not there to be compared.
            await CompareMessages(audit, conversation, standing?.FirstSeq ?? 1);
        }

        return audit.Report(inbox);
    }

    /// <summary>What the conversations say, once this grain has all that they had.</summary>
    private async Task<Dictionary<ConversationId, Standing>> Standings()
    {
        var standings = new Dictionary<ConversationId, Standing>();
        foreach (var some in _inbox.Conversations.Select(conversation => conversation.Id).ToArray().Chunk(AuditedAtOnce))
        {
            await Task.WhenAll(some.Select(async id =>
            {
                var standing = await GrainFactory.GetGrain<IConversationInspection>(id.Value).StandingOf(_me);
                await Catch(id, standing.Head);
                standings[id] = standing;
            }));
        }

        return standings;
    }

    /// <summary>From the first entry, or from the stored snapshot where the first ones were trimmed; and the inbox of the same moment.</summary>
    private async Task<(FeedAudit Audit, Inbox Inbox)> FoldAgain()
    {
        while (true)
        {
            var first = FirstCursor;
            var audit = new FeedAudit(_me, first == 1 ? new InboxSnapshot() : await _inboxes.Peek());
            var next = first;
            while (next <= Head)
            {
                foreach (var entry in await EntriesFrom(next, EntriesPerScan))
                {
                    audit.Take(entry);
                    next++;
                }
            }

            if (first == FirstCursor)
            {
                return (audit, Inbox.From(_me, _inbox.ToSnapshot()));
            }
        }
    }

    private async Task CompareMessages(FeedAudit audit, InboxConversation conversation, long firstSeq)
    {
        var entries = audit.MessagesOf(conversation.Id);
        foreach (var some in entries.Skip(entries.Count - AuditedMessages).Chunk(EntriesPerScan))
        {
            foreach (var (entry, message) in some.Zip(await _messages.Complete(some)))
            {
                if (message.Message is { } found && found.Seq >= firstSeq)
                {
                    audit.Compare(entry, found, conversation);
                }
            }
        }
    }
}
