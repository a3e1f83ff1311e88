using ChatOrleans.Ids;

namespace ChatOrleans.Jobs;

/// <summary>
/// One job on all of one user's data. Key: <see cref="DataJobKeys.Of"/>. It works in the background, stores how far it is with each step,
/// and goes on after a restart. Any call may throw ChatException: Unavailable.
/// </summary>
[Alias("chat.IDataJobGrain")]
public interface IDataJobGrain : IGrainWithStringKey
{
    /// <summary>Begins, durably; a job that runs already goes on as it is, a finished one begins anew.</summary>
    [Alias("Start")] Task<DataJob> Start();

    /// <summary>Null where there never was one.</summary>
    [Alias("Status")] Task<DataJob?> Status();

    /// <summary>After a restart: goes on, if it was not finished.</summary>
    [Alias("Resume")] Task Resume();

    /// <summary>What an export has gathered, from a position on. Throws ChatException: NotFound before it is finished.</summary>
    [Alias("Read")] Task<ExportPage> Read(long from, int limit);
}

public static class DataJobKeys
{
    public static string Of(DataJobKind kind, UserId user) => $"{(kind == DataJobKind.Erase ? "erase" : "export")}/{user}";

    public static (DataJobKind Kind, UserId User) Parse(string key) =>
        (key.StartsWith("erase/", StringComparison.Ordinal) ? DataJobKind.Erase : DataJobKind.Export, new UserId(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..]));
}
