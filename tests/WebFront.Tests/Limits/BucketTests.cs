using System.Net.Http.Json;
using ChatOrleans.Users;
using ChatOrleans.WebFront.Limits;
using ChatOrleans.WebFront.Tests.Realtime;
using Microsoft.Extensions.DependencyInjection;

namespace ChatOrleans.WebFront.Tests.Limits;

/// <summary>What is taken does not flow in again.</summary>
public sealed class StillServer() : ChatServer(
    new StillClock(), ("Limits:CommandsPerSecond", "20"), ("Limits:CommandBurst", "40"), ("Limits:ReadsPerSecond", "5"), ("Limits:ReadBurst", "20"));

/// <summary>Its timers run all the same.</summary>
internal sealed class StillClock : TimeProvider
{
    private readonly long _now = System.GetTimestamp();

    public override long GetTimestamp() => _now;
}

/// <summary>How much there is, to the token: by a clock that stands still.</summary>
public sealed class BucketTests(StillServer server) : IClassFixture<StillServer>
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];

    private string Ada => $"ada-{_suffix}";

    private string Grace => $"grace-{_suffix}";

    [Fact]
    public async Task Lease_HoldsOverFrontEnds_AndGivesBackWhatWasNotUsed()
    {
        var user = server.Grains.GetGrain<IUserGrain>(Ada);
        Assert.Equal(30, (await user.Lease(RateKind.Commands, 1, 30, 0)).Granted);
        Assert.Equal(10, (await user.Lease(RateKind.Commands, 1, 30, 0)).Granted);
        Assert.Equal(new RateLease(0, TimeSpan.FromSeconds(1.5)), await user.Lease(RateKind.Commands, 30, 30, 0));
        Assert.Equal(30, (await user.Lease(RateKind.Commands, 1, 40, 30)).Granted);
    }

    [Fact]
    public async Task Kinds_HaveBucketsOfTheirOwn()
    {
        var user = server.Grains.GetGrain<IUserGrain>(Ada);
        Assert.Equal(40, (await user.Lease(RateKind.Commands, 1, 100, 0)).Granted);
        Assert.Equal(20, (await user.Lease(RateKind.Reads, 1, 100, 0)).Granted);
        Assert.Equal(40, (await user.Lease(RateKind.Connects, 1, 100, 0)).Granted);
    }

    /// <summary>A kind that a newer front end knows is taken from the commands.</summary>
    [Fact]
    public async Task Lease_OfAKindThatIsNotKnown_IsOfCommands()
    {
        var user = server.Grains.GetGrain<IUserGrain>(Ada);
        Assert.Equal(30, (await user.Lease((RateKind)99, 1, 30, 0)).Granted);
        Assert.Equal(10, (await user.Lease(RateKind.Commands, 1, 30, 0)).Granted);
    }

    [Fact]
    public async Task Flood_OverRest_IsRefusedWithRetryAfter_AndReadsHaveABucketOfTheirOwn()
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Status(HttpMethod.Get, "/api/users/me")));
        Assert.Equal(20, statuses.Count(answer => answer.Status == 200));
        Assert.All(statuses.Where(answer => answer.Status != 200), answer => Assert.Equal((429, true), (answer.Status, answer.RetryAfter > 0)));
        Assert.Equal(204, (await Status(HttpMethod.Post, "/api/notifications/read-all")).Status);
    }

    /// <summary>Opening it takes nothing from them.</summary>
    [Fact]
    public async Task Commands_OfAFreshSocket_AreAsManyAtOnceAsMayBe()
    {
        await using var ada = await SocketDevice.Connect(server, Ada);
        await ada.Next("hello");

        for (var i = 0; i < 40; i++)
        {
            await ada.SendText($$"""{"action":"mark_all_notifications_read","request_id":{{i}}}""");
        }

        var replies = await ada.Await(
            frames => frames.Where(frame => (string?)frame["event_type"] == "reply").ToList() is { Count: 40 } all ? all : null, "all replies");
        Assert.All(replies, reply => Assert.True((bool)reply["ok"]!));
        Assert.Equal("rate_limited", (await Assert.ThrowsAsync<RefusedException>(() => ada.Do("mark_all_notifications_read"))).Code);
    }

    /// <summary>It costs more than the bucket holds beside the call itself, and is allowed.</summary>
    [Fact]
    public async Task Conversation_WithAsManyAsMayBe_IsCreated() => Assert.Equal(201, (await Create(others: 999)).Status);

    [Fact]
    public async Task Conversation_WithMoreThanMayBe_IsToldSo_AndCostsACall()
    {
        for (var i = 0; i < 40; i++)
        {
            Assert.Equal(400, (await Create(others: 1_000)).Status);
        }

        Assert.Equal(429, (await Create(others: 1_000)).Status);
    }

    [Fact]
    public async Task Connects_ThatTheirUsersOwnLimitRefuses_AreLeftToOthers()
    {
        using var small = new ChatServer(new StillClock(), ("Limits:ConnectsPerSecond", "2"), ("Limits:CommandsPerSecond", "1"), ("Limits:CommandBurst", "1"));
        var gate = small.Services.GetRequiredService<ConnectionGate>();
        // Four at once, of which one is hers.
        var hers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gate.Admit(new(Ada)).AsTask()));
        Assert.Equal(3, hers.Count(refusal => refusal is not null));

        for (var i = 0; i < 3; i++)
        {
            Assert.Null(await gate.Admit(new($"{Grace}-{i}")));
        }
    }

    [Fact]
    public async Task Spending_WithinALease_AllocatesNothing()
    {
        var budgets = server.Services.GetRequiredService<Budgets>();
        // The first round compiles what is run.
        Assert.InRange(await Bytes(budgets.Of(new(Grace), RateKind.Commands)), 0, long.MaxValue);

        Assert.Equal(0, await Bytes(budgets.Of(new(Ada), RateKind.Commands)));
    }

    /// <summary>Bytes that four calls within one lease allocate.</summary>
    private static async Task<long> Bytes(UserBudget budget)
    {
        Assert.Null(await budget.Spend(1));
        return Measure(budget);
    }

    private static long Measure(UserBudget budget)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 4; i++)
        {
            var spent = budget.Spend(1);
            Assert.True(spent.IsCompletedSuccessfully);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>With oneself among them.</summary>
    private Task<(int Status, int RetryAfter)> Create(int others) => Status(HttpMethod.Post, "/api/conversations", new
    {
        kind = "group",
        members = Enumerable.Range(0, others).Select(i => $"u{i}").Append(Ada).Select(user => new { user_id = user }),
    });

    private async Task<(int Status, int RetryAfter)> Status(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", await server.Token(Ada));
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, (int)(answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0));
    }
}
