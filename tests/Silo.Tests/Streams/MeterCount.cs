using System.Diagnostics.Metrics;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>The sum of one counter of the meter "ChatOrleans" over some silos. Others in this process are left out.</summary>
public sealed class MeterCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public MeterCount(string name, IReadOnlyList<IMeterFactory> silos)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name && instrument.Meter is { Name: "ChatOrleans", Scope: IMeterFactory silo } && silos.Contains(silo))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _value, count));
        _listener.Start();
    }

    public long Value => Interlocked.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
