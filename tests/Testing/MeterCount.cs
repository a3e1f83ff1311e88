using System.Diagnostics.Metrics;

namespace ChatOrleans.Testing;

/// <summary>
/// The sum of one counter of the meter "ChatOrleans" over some hosts. Others in this process are left out; their end also takes
/// counters of the same name from <c>/metrics</c>, which is made of all of them.
/// </summary>
public sealed class MeterCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    /// <param name="tag">Only what was counted with it; null: all.</param>
    public MeterCount(string name, IReadOnlyList<IMeterFactory> hosts, KeyValuePair<string, object?>? tag = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name && instrument.Meter is { Name: "ChatOrleans", Scope: IMeterFactory host } && hosts.Contains(host))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (tag is not { } wanted || tags.Contains(wanted))
            {
                Interlocked.Add(ref _value, count);
            }
        });
        _listener.Start();
    }

    public long Value => Interlocked.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
