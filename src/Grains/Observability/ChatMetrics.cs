using System.Diagnostics.Metrics;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Observability;

/// <summary>What the grains count, on the meter "ChatOrleans". docs/metrics.md lists all of it.</summary>
public sealed class ChatMetrics
{
    public const string MeterName = "ChatOrleans";

    private readonly Counter<long> _audits;
    private readonly Counter<long> _drift;

    public ChatMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);
        _audits = meter.CreateCounter<long>("chat.audit.runs", "{audit}", "Audits of a user's feed and unread counts.");
        _drift = meter.CreateCounter<long>("chat.audit.drift", "{finding}", "What audits found to differ from the logs. Anything but 0 is a bug.");
        // So that a query for them finds a zero rather than nothing.
        _audits.Add(0);
        _drift.Add(0);
    }

    public void Audited(AuditReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _audits.Add(1);
        _drift.Add(report.Findings.Length);
    }
}
