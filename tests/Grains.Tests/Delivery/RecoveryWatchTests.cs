using System.Reflection;
using System.Threading.Channels;
using ChatOrleans.Grains.Hosting;
using ChatOrleans.Grains.Jobs;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>Whatever reading a list comes to, it is read again, the others are read, and the next death is noticed.</summary>
public sealed class RecoveryWatchTests : IAsyncLifetime
{
    private readonly Members _members = new();
    private readonly Lists _lists = Lists.Create();
    private readonly SiloLifecycleSubject _silo = new(NullLogger<SiloLifecycleSubject>.Instance);

    public Task InitializeAsync()
    {
        var watch = new RecoveryWatch(
            _lists.Factory, _members, Options.Create(new GrainTiming()), TimeProvider.System, NullLogger<RecoveryWatch>.Instance);
        watch.Participate(_silo);
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _silo.OnStop();

    [Theory]
    [InlineData("0")]
    [InlineData(IJobListGrain.Key)]
    public async Task AList_WhoseGrainIsSlowToCome_EndsNothing(string slow)
    {
        var calls = 0;
        _lists.Recover = key => key == slow && Interlocked.Increment(ref calls) == 1 ? Task.FromCanceled(new CancellationToken(canceled: true)) : Task.CompletedTask;
        await _silo.OnStart();

        await Eventually.Is(() => AreAllRead(1) && _lists.Reads(slow) == 2, "the list to be read again");
        _members.Kill();

        await Eventually.Is(() => AreAllRead(2), "all lists to be read after the death of a member");
    }

    [Fact]
    public async Task AList_ThatDoesNotAnswer_HoldsUpNoOther()
    {
        var answer = new TaskCompletionSource();
        _lists.Recover = key => key == IJobListGrain.Key || key == "0" ? answer.Task : Task.CompletedTask;

        await _silo.OnStart();
        try
        {
            await Eventually.Is(() => AreAllRead(1), "the others to be read");
        }
        finally
        {
            // The silo's stop waits for it.
            answer.SetResult();
        }
    }

    private bool AreAllRead(int times) => RecoveryShards.All.Append(IJobListGrain.Key).All(key => _lists.Reads(key) >= times);

    /// <summary>The cluster as this member sees it.</summary>
    private sealed class Members : IClusterMembershipService
    {
        private readonly Channel<ClusterMembershipSnapshot> _updates = Channel.CreateUnbounded<ClusterMembershipSnapshot>();

        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } = Snapshot(1, SiloStatus.Active);

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _updates.Reader.ReadAllAsync();

        public void Kill() => _updates.Writer.TryWrite(CurrentSnapshot = Snapshot(2, SiloStatus.Dead));

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();

        private static ClusterMembershipSnapshot Snapshot(int version, SiloStatus other)
        {
            var address = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1);
            return new([new(address, new ClusterMember(address, other, "other"))], new MembershipVersion(version));
        }
    }

    /// <summary>The lists' grains, without a cluster. Not sealed, as its maker derives from it.</summary>
    public class Lists : DispatchProxy
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> _reads = new();

        public Func<string, Task> Recover { get; set; } = _ => Task.CompletedTask;

        public IGrainFactory Factory { get; private set; } = null!;

        public static Lists Create()
        {
            var factory = Create<IGrainFactory, Lists>();
            var lists = (Lists)(object)factory;
            lists.Factory = factory;
            return lists;
        }

        public int Reads(string key) => _reads.GetValueOrDefault(key);

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => new One(this, (string)args![0]!);

        private Task Read(string key)
        {
            _reads.AddOrUpdate(key, 1, (_, reads) => reads + 1);
            return Recover(key);
        }

        private sealed class One(Lists lists, string key) : IRecoveryGrain, IJobListGrain
        {
            Task IRecoveryGrain.Recover() => lists.Read(key);

            Task IJobListGrain.Recover() => lists.Read(key);

            public Task List(ConversationId conversation) => Task.CompletedTask;

            public Task Unlist(ConversationId conversation) => Task.CompletedTask;

            public Task Begin(string job) => Task.CompletedTask;

            public Task End(string job) => Task.CompletedTask;

            public Task Keep(ConversationId conversation, bool forever) => Task.CompletedTask;
        }
    }
}
