using ChatOrleans.Conversations;

namespace ChatOrleans.Grains.Tests.Users;

/// <summary>Ada and Grace in a conversation, in one silo, where a device's sign of life holds for so long by a clock that can be set.</summary>
public abstract class AttentionScene : IAsyncLifetime
{
    protected AttentionScene(TimeSpan lease, TimeSpan? checkpoints = null) => Chat = new ChatCluster
    {
        SiloCount = 1,
        Time = Time,
        Timing = timing => (timing.AttentionLease, timing.CheckpointInterval) = (lease, checkpoints ?? timing.CheckpointInterval),
    };

    protected ShiftedTime Time { get; } = new();

    protected ChatCluster Chat { get; }

    protected Person Ada { get; } = Person.Ada();

    protected Person Grace { get; } = Person.Grace();

    protected ConversationView Lounge { get; private set; } = null!;

    public virtual async Task InitializeAsync()
    {
        await Chat.InitializeAsync();
        Lounge = await Chat.Create(ConversationKind.Direct, Ada, Grace);
    }

    public Task DisposeAsync() => Chat.DisposeAsync();
}
