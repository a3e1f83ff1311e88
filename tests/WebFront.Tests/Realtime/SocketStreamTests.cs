using System.Buffers.Binary;
using System.Collections.Concurrent;
using ChatOrleans.WebFront.Realtime.Sockets;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Realtime;

/// <summary>What of a raw socket goes out when: events, and answers beside them.</summary>
public sealed class SocketStreamTests
{
    private const int FrameBytes = 4;

    [Fact]
    public async Task Events_WhateverIsWrittenBesideThem_KeepTheirOrder()
    {
        const int count = 5_000;
        await using var device = new Device();
        await using var stream = new SocketStream(device, TimeProvider.System);

        var events = Task.Run(async () =>
        {
            for (var i = 1; i <= count; i++)
            {
                Assert.True(await stream.WriteTogether(Frame(i)));
            }
        });
        var answers = Task.Run(async () =>
        {
            var writing = new List<Task<bool>>();
            for (var i = 1; i <= count; i++)
            {
                writing.Add(stream.WriteSoon(Frame(-i).Span).AsTask());
            }

            Assert.All(await Task.WhenAll(writing), Assert.True);
        });
        await Task.WhenAll(events, answers).WaitAsync(TimeSpan.FromSeconds(30));
        // Behind all that still waits.
        Assert.True(await stream.WriteFrames(Frame(int.MaxValue)));

        var taken = device.Frames();
        Assert.Equal(Enumerable.Range(1, count).Append(int.MaxValue), taken.Where(frame => frame > 0));
        Assert.Equal(Enumerable.Range(1, count), taken.Where(frame => frame < 0).Select(frame => -frame));
    }

    [Fact]
    public async Task Events_WhereTheDeviceTakesNothing_WaitAfterSoMany()
    {
        const int most = (64 * 1024) / FrameBytes;
        await using var device = new Device(takes: false);
        await using var stream = new SocketStream(device, TimeProvider.System);

        var last = 0;
        ValueTask<bool> writing;
        do
        {
            writing = stream.WriteTogether(Frame(++last));
        }
        while (writing.IsCompleted && last <= most);

        Assert.False(writing.IsCompleted, "The device took nothing, and yet everything was said to be written.");
        device.Take();
        Assert.True(await writing.AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(Enumerable.Range(1, last), device.Frames());
    }

    [Fact]
    public async Task Events_AfterAClose_AreRefused()
    {
        await using var device = new Device();
        await using var stream = new SocketStream(device, TimeProvider.System);
        await stream.WriteAsync(new byte[] { 0x88, 0x02, 0x03, 0xe8 });

        Assert.False(await stream.WriteTogether(Frame(1)));
    }

    /// <summary>Highest byte first: none of these numbers begins as a close frame does.</summary>
    private static ReadOnlyMemory<byte> Frame(int number)
    {
        var bytes = new byte[FrameBytes];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>Takes one write at a time, or none.</summary>
    private sealed class Device : MemoryStream
    {
        private readonly ConcurrentQueue<byte[]> _taken = new();
        private readonly TaskCompletionSource _taking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writing;

        public Device(bool takes = true)
        {
            if (takes)
            {
                Take();
            }
        }

        public void Take() => _taking.TrySetResult();

        public int[] Frames() =>
            [.. _taken.SelectMany(bytes => bytes.Chunk(FrameBytes)).Select(frame => BinaryPrimitives.ReadInt32BigEndian(frame))];

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Assert.Equal(1, Interlocked.Increment(ref _writing));
            await _taking.Task.WaitAsync(cancellationToken);
            _taken.Enqueue(buffer.ToArray());
            Interlocked.Decrement(ref _writing);
        }
    }
}
