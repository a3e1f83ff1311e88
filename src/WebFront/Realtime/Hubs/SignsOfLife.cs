using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>Sees whatever a SignalR client sends, its pings included, which SignalR keeps to itself.</summary>
internal sealed class SignsOfLife(TimeProvider time)
{
    private long _heardAt = time.GetUtcNow().UtcTicks;

    public DateTime HeardAt => new(Volatile.Read(ref _heardAt), DateTimeKind.Utc);

    public void Heard() => Volatile.Write(ref _heardAt, time.GetUtcNow().UtcTicks);

    /// <summary>Goes into a hub's connection pipeline, before the hub.</summary>
    public static void Use(IConnectionBuilder builder)
    {
        var time = builder.ApplicationServices.GetRequiredService<TimeProvider>();
        builder.Use(next => connection =>
        {
            var signs = new SignsOfLife(time);
            connection.Features.Set(signs);
            connection.Transport = new HeardPipe(connection.Transport, signs);
            return next(connection);
        });
    }

    private sealed class HeardPipe(IDuplexPipe inner, SignsOfLife signs) : IDuplexPipe
    {
        public PipeReader Input { get; } = new HeardReader(inner.Input, signs);

        public PipeWriter Output => inner.Output;
    }

    /// <summary>Whoever advances has been given something.</summary>
    private sealed class HeardReader(PipeReader inner, SignsOfLife signs) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            signs.Heard();
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);
    }
}
