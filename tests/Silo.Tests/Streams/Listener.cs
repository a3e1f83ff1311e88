using ChatOrleans.Streams;
using Orleans.Concurrency;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace ChatOrleans.Silo.Tests.Streams;

/// <summary>What the tests publish: a number that counts within its stream, and when it left.</summary>
[GenerateSerializer, Immutable, Alias("test.hint")]
public sealed record Hint([property: Id(0)] int Number, [property: Id(1)] long SentAt);

[Alias("test.listener")]
public interface IListener : IGrainWithStringKey
{
    /// <summary>Ends this activation, so that the next event wakes the grain again.</summary>
    [Alias("sleep")]
    Task Sleep();
}

/// <summary>Hears its stream as a user's grain does: implicitly, in batches, subscribed anew at each activation.</summary>
[Reentrant, ImplicitStreamSubscription(Listener.Namespace)]
public sealed class Listener(Ledger ledger) : Grain, IListener, IStreamSubscriptionObserver, IAsyncBatchObserver<Hint>
{
    // Not the users' namespace: their grains would hear it too.
    public const string Namespace = "listener";

    public Task Sleep()
    {
        this.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        ArgumentNullException.ThrowIfNull(handleFactory);
        await handleFactory.Create<Hint>().ResumeAsync(this);
    }

    public Task OnNextAsync(IList<SequentialItem<Hint>> items) => ledger.Hear(this.GetPrimaryKeyString(), [.. items.Select(i => i.Item)]);

    public Task OnErrorAsync(Exception ex)
    {
        ledger.Fail(this.GetPrimaryKeyString(), ex);
        return Task.CompletedTask;
    }
}

[Alias("test.publisher")]
public interface IPublisher : IGrainWithStringKey
{
    /// <summary>Publishes numbers from <paramref name="first"/> on, one event a call, each after the one before was taken.</summary>
    [Alias("publish")]
    Task Publish(string provider, string stream, int first, int count);

    /// <summary>Publishes numbers from <paramref name="first"/> on without waiting in between.</summary>
    [Alias("flood")]
    Task Flood(string provider, string stream, int first, int count);
}

[Reentrant]
public sealed class Publisher : Grain, IPublisher
{
    public async Task Publish(string provider, string stream, int first, int count)
    {
        var target = this.GetStreamProvider(provider).GetStream<Hint>(Listener.Namespace, stream);
        for (var number = first; number < first + count; number++)
            await target.OnNextAsync(new Hint(number, TimeProvider.System.GetTimestamp()));
    }

    public Task Flood(string provider, string stream, int first, int count)
    {
        var target = this.GetStreamProvider(provider).GetStream<Hint>(Listener.Namespace, stream);
        return Task.WhenAll(Enumerable.Range(first, count).Select(
            number => target.OnNextAsync(new Hint(number, TimeProvider.System.GetTimestamp()))));
    }
}
