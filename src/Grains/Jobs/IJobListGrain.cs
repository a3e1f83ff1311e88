using ChatOrleans.Ids;

namespace ChatOrleans.Grains.Jobs;

/// <summary>
/// Remembers, durably, which jobs are not finished and which conversations have a retention, so that a restart can't put them to
/// sleep. There is one: <see cref="Key"/>.
/// </summary>
[Alias("chat.IJobListGrain")]
public interface IJobListGrain : IGrainWithStringKey
{
    const string Key = "all";

    [Alias("Begin")] Task Begin(string job);

    [Alias("End")] Task End(string job);

    /// <summary>From now on the conversation is looked through now and then; <paramref name="forever"/>: not any more.</summary>
    [Alias("Keep")] Task Keep(ConversationId conversation, bool forever);

    /// <summary>At start, after a silo's death and with every sweep: unfinished jobs go on. The first call begins the sweeps.</summary>
    [Alias("Recover")] Task Recover();
}
