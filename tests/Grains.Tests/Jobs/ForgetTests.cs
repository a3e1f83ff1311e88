using ChatOrleans.Conversations;
using ChatOrleans.Grains.Logs;
using ChatOrleans.Testing;
using ChatOrleans.Users;

namespace ChatOrleans.Grains.Tests.Jobs;

/// <summary>The inbox that takes the place of forgotten entries is never ahead of the log: nobody could read it.</summary>
public sealed class ForgetTests(ChatCluster chat) : IClassFixture<ChatCluster>
{
    [Fact]
    public async Task Forget_WhatComesMeanwhileAndIsNotStored_KeepsNobodyOut()
    {
        var (ada, grace) = (Person.Ada(), Person.Grace());
        var hers = chat.Grains.GetGrain<IUserInspection>(ada.Id.Value);
        var direct = await chat.Create(ConversationKind.Direct, grace, ada);
        await chat.Post(direct, grace, "unread");
        await Eventually.Is(hers.State, state => state is { UnreadNotifications: > 0 } && state.Stored == state.Head, "the message to be stored with ada");
        var stalled = chat.FaultyLogs.Writes.Add(WriteFault.StallBefore, write => IsAdas(write) && !write.Appends.IsEmpty);
        var forgetting = chat.Grains.GetGrain<IUserKeeping>(ada.Id.Value).Forget();
        await stalled.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        var head = (await hers.State()).Head;
        await chat.Post(direct, grace, "meanwhile");
        await Eventually.Is(hers.State, state => state.Head > head, "the message to be applied");
        var failing = chat.FaultyLogs.Writes.Add(WriteFault.FailBefore, write => IsAdas(write) && !write.Appends.IsEmpty);

        stalled.Release();

        await failing.Reached.WaitAsync(TimeSpan.FromSeconds(30));
        // Where it comes before the failure it is done, else it is repeated.
        await Record.ExceptionAsync(() => forgetting);
        await Eventually.Answers(() => chat.User(ada).Me(ada.Actor));
        await chat.Grains.GetGrain<IUserKeeping>(ada.Id.Value).Forget();
        Assert.Empty((await hers.Audit()).Findings);

        bool IsAdas(LogWrite write) => write.Owner.Value == $"user/{ada.Id}";
    }
}
