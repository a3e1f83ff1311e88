using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>Sees whatever a SignalR client sends, its pings included, which SignalR keeps to itself.</summary>
internal sealed class SignsOfLife(TimeProvider time)
{
    private const long None = long.MinValue;

    private SequencePosition _consumed;
    private long _unfinishedSince = None;
    private long _heardAt = time.GetTimestamp();

    /// <summary>A timestamp of the time provider.</summary>
    public long HeardAt => Volatile.Read(ref _heardAt);

    public void Heard() => Volatile.Write(ref _heardAt, time.GetTimestamp());

    /// <summary>When a message that is not whole yet began to come; null where none is on its way. SignalR would wait for it for ever.</summary>
    public long? UnfinishedSince => Volatile.Read(ref _unfinishedSince) is var since and not None ? since : null;

    private void Took(in ReadResult read)
    {
        if (!read.Buffer.IsEmpty)
        {
            Heard();
        }
    }

    /// <summary>SignalR has looked at what came up to <paramref name="examined"/>, and taken whole messages up to <paramref name="consumed"/>.</summary>
    private void Looked(SequencePosition consumed, SequencePosition examined)
    {
        if (consumed.Equals(examined))
        {
            Volatile.Write(ref _unfinishedSince, None);
        }
        else if (UnfinishedSince is null || !consumed.Equals(_consumed))
        {
            Volatile.Write(ref _unfinishedSince, HeardAt);
        }

        _consumed = consumed;
    }

    /// <summary>Goes into a hub's connection pipeline, before the hub.</summary>
    public static void Use(IConnectionBuilder builder)
    {
        var time = builder.ApplicationServices.GetRequiredService<TimeProvider>();
        var polls = builder.ApplicationServices.GetRequiredService<HubPolls>();
        builder.Use(next => connection =>
        {
            var signs = new SignsOfLife(time);
            connection.Features.Set(signs);
            connection.Transport = new HeardPipe(connection.Transport, signs);
            return polls.Keep(connection, signs, next);
        });
    }

    private sealed class HeardPipe(IDuplexPipe inner, SignsOfLife signs) : IDuplexPipe
    {
        public PipeReader Input { get; } = new HeardReader(inner.Input, signs);

        public PipeWriter Output => inner.Output;
    }

    /// <summary>
    /// What is read is heard when it is read: SignalR advances only when it has done what a message asked for, and what the device was
    /// sent meanwhile it need not have seen.
    /// </summary>
    private sealed class HeardReader(PipeReader inner, SignsOfLife signs) : PipeReader
    {
        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            signs.Looked(consumed, examined);
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(cancellationToken);
            signs.Took(read);
            return read;
        }

        public override bool TryRead(out ReadResult result)
        {
            var any = inner.TryRead(out result);
            if (any)
            {
                signs.Took(result);
            }

            return any;
        }
    }
}
