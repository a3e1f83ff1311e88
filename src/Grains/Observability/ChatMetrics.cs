using System.Diagnostics.Metrics;
using ChatOrleans.Conversations;
using ChatOrleans.Ids;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Observability;

/// <summary>What the grains count, on the meter "ChatOrleans". docs/metrics.md lists all of it.</summary>
public sealed class ChatMetrics
{
    public const string MeterName = "ChatOrleans";

    private readonly Counter<long> _messages;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _outbox;
    private readonly Histogram<long> _feedLag;
    private readonly Counter<long> _behind;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _audits;
    private readonly Counter<long> _drift;

    public ChatMetrics(IMeterFactory meters, LaggingConversations lagging)
    {
        ArgumentNullException.ThrowIfNull(meters);
        Lagging = lagging;
        var meter = meters.Create(MeterName);
        _messages = meter.CreateCounter<long>("chat.messages", "{message}", "Messages that became durable, repeats not counted.");
        _deliveries = meter.CreateCounter<long>("chat.deliveries", "{delivery}", "Messages that reached a member's feed, by what brought them.");
        _lost = meter.CreateCounter<long>("chat.hints.lost", "{hint}", "Gaps that a feed noticed: a hint was lost or came late, and the log was read.");
        _outbox = meter.CreateCounter<long>("chat.outbox.deliveries", "{call}", "Direct deliveries to members who had not acknowledged, by outcome.");
        meter.CreateObservableGauge("chat.outbox.laggards", () => lagging.Members, "{member}", "Members who have not acknowledged in time.");
        meter.CreateObservableGauge("chat.outbox.lag", () => lagging.Messages, "{message}", "How far the member furthest behind is behind.");
        _feedLag = meter.CreateHistogram<long>("chat.feed.lag", "{event}", "How far a device was behind its feed when it pulled.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 10_000] });
        _behind = meter.CreateCounter<long>("chat.feed.behinds", "{behind}", "Times that a behind stood for what a slow device was not sent.");
        _resumes = meter.CreateCounter<long>("chat.resumes", "{opening}", "Openings of a feed by verdict: new, resumed, snapshot.");
        _audits = meter.CreateCounter<long>("chat.audit.runs", "{audit}", "Audits of a user's feed and unread counts.");
        _drift = meter.CreateCounter<long>("chat.audit.drift", "{finding}", "What audits found to differ from the logs. Anything but 0 is a bug.");
        // So that a query for those that never happen finds a zero rather than nothing.
        foreach (var counter in new[] { _messages, _lost, _behind, _audits, _drift })
        {
            counter.Add(0);
        }

        Array.ForEach([Path.Stream, Path.Fetch], path => _deliveries.Add(0, path));
        Array.ForEach([Outcome.Done, Outcome.Failed], outcome => _outbox.Add(0, outcome));
        Array.ForEach([Verdict.New, Verdict.Resumed, Verdict.Snapshot], verdict => _resumes.Add(0, verdict));
    }

    public LaggingConversations Lagging { get; }

    public void Posted() => _messages.Add(1);

    /// <param name="fetched">False where the stream brought it.</param>
    public void Delivered(bool fetched) => _deliveries.Add(1, fetched ? Path.Fetch : Path.Stream);

    public void HintLost() => _lost.Add(1);

    public void DeliveredDirectly(bool done) => _outbox.Add(1, done ? Outcome.Done : Outcome.Failed);

    public void Pulled(long unsent) => _feedLag.Record(unsent);

    public void FellBehind() => _behind.Add(1);

    public void Opened(FeedPosition? asked, bool resumed) => _resumes.Add(1, asked is null ? Verdict.New : resumed ? Verdict.Resumed : Verdict.Snapshot);

    public void Lags(ConversationId id, IEnumerable<KeyValuePair<UserId, Position>> behind, Position committed) => Lagging.Note(id, behind, committed);

    public void Audited(AuditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _audits.Add(1);
        _drift.Add(report.Findings.Length);
    }

    /// <summary>Tags are made once: the hot path must not.</summary>
    private static class Path
    {
        public static readonly KeyValuePair<string, object?> Stream = new("path", "stream");
        public static readonly KeyValuePair<string, object?> Fetch = new("path", "fetch");
    }

    private static class Outcome
    {
        public static readonly KeyValuePair<string, object?> Done = new("outcome", "done");
        public static readonly KeyValuePair<string, object?> Failed = new("outcome", "failed");
    }

    private static class Verdict
    {
        public static readonly KeyValuePair<string, object?> New = new("verdict", "new");
        public static readonly KeyValuePair<string, object?> Resumed = new("verdict", "resumed");
        public static readonly KeyValuePair<string, object?> Snapshot = new("verdict", "snapshot");
    }
}
