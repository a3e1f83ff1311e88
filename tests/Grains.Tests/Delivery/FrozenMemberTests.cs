using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Grains.Nearby;
using ChatOrleans.Grains.Recovery;
using ChatOrleans.Ids;
using ChatOrleans.Testing;
using ChatOrleans.Users;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;

namespace ChatOrleans.Grains.Tests.Delivery;

/// <summary>
/// A member that was frozen, held for dead, and wakes: what its activations still write, with the generation that they have, is refused as soon as
/// another has taken over, also where that one had nothing to write itself.
/// </summary>
public sealed class FrozenMemberTests : IAsyncLifetime
{
    private readonly ChatCluster _chat = new() { Timing = timing => timing.RestAfter = TimeSpan.FromMilliseconds(100) };
    private readonly Person _ada = Person.Ada();
    private readonly Person _grace = Person.Grace();

    public Task InitializeAsync() => _chat.InitializeAsync();

    public Task DisposeAsync() => _chat.DisposeAsync();

    [Fact]
    public async Task Feed_ThatBeganANewEpoch_IsNotAddedToByTheOneBefore()
    {
        await Lounge();
        var device = _chat.Connect(_grace);
        await device.Opened();
        await device.DisposeAsync();
        // It lets its mark stand, as one does that ends without a word.
        var mark = _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "profile");
        await Deactivate(_chat.User(_grace));
        await mark.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        await AssertTakenOver(new LogOwner($"user/{_grace.Id}"), LogTrack.Feed, () => _chat.User(_grace).Me(_grace.Actor));
    }

    [Fact]
    public async Task Feed_ThatADeviceReads_IsNotAddedToByTheOneBefore()
    {
        await Lounge();
        await _chat.User(_grace).Me(_grace.Actor);
        await Deactivate(_chat.User(_grace));

        await AssertTakenOver(new LogOwner($"user/{_grace.Id}"), LogTrack.Feed, async () =>
        {
            await using var device = _chat.Connect(_grace);
            await device.Opened();
        });
    }

    [Fact]
    public async Task Conversation_ThatWasRecovered_IsNotAddedToByTheOneBefore()
    {
        // At rest, once, and its head can't be written: it goes.
        var head = _chat.FaultyStates.Add(WriteFault.FailBefore, write => write.StateName == "conversation", int.MaxValue);
        var lounge = await Lounge();
        await head.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.Is(
            () => !_chat.Silos.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<NearbyPosts>().Reaches(lounge.Id)), "the conversation to go");

        await AssertTakenOver(new LogOwner($"conversation/{lounge.Id}"), LogTrack.Messages, () => _chat.Conversation(lounge.Id).Recover());
    }

    [Fact]
    public async Task RecoveryList_ThatWasRead_IsNotAddedToByTheOneBefore()
    {
        var lounge = await Lounge();
        var list = _chat.Grains.GetGrain<IRecoveryGrain>($"{(lounge.Id.Value[^1] + (lounge.Id.Value[^2] * 31)) % 16}");
        await Deactivate(list);

        await AssertTakenOver(new LogOwner($"recovery/{list.GetPrimaryKeyString()}"), null, list.Recover);
    }

    private async Task<ConversationView> Lounge()
    {
        var lounge = await _chat.Create(ConversationKind.Group, _ada, _grace);
        await _chat.Post(lounge, _ada, "hello");
        return lounge;
    }

    private static async Task Deactivate(IGrainWithStringKey grain) => await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

    /// <param name="track">What the one before would add to; null: a key.</param>
    private async Task AssertTakenOver(LogOwner owner, LogTrack? track, Func<Task> takeOver)
    {
        var head = await _chat.Logs.ReadHead(owner);
        await takeOver();

        await Assert.ThrowsAsync<LogConflictException>(() => _chat.Logs.Write(new LogWrite
        {
            Owner = owner,
            ExpectedGeneration = head.Generation,
            Generation = head.Generation,
            Appends = track is { } one ? [new LogAppend(one, head[one].Last + 1, [new byte[] { 1 }])] : [],
            Keys = track is null ? [new LogKey(ConversationId.New().Value, Array.Empty<byte>())] : [],
        }));
    }
}
