using System.Collections.Concurrent;
using ChatOrleans.Cluster.Tests.Processes;

namespace ChatOrleans.Cluster.Tests.Clusters;

/// <summary>What no process may tell of its clients, and the search for it in all that one has printed, over all its starts, and has left in files.</summary>
public sealed class Unsaid
{
    /// <summary>Part of every text, title and name of a run whose logs are searched.</summary>
    public const string Word = "unsaid-4be0c7";

    /// <summary>Every run of a member says this. A log without it is not what the member has said.</summary>
    private const string Said = "Application started.";

    private readonly ConcurrentDictionary<string, string> _secrets = new() { [Word] = "a text, title or name" };

    /// <summary>Known by its signature; its beginning is the same for all.</summary>
    public void Token(string token) => _secrets[token.Split('.')[^1]] = "a token";

    public void Ticket(string ticket) => _secrets[ticket] = "a ticket";

    /// <summary>The lines that tell something.</summary>
    /// <param name="files">What they have written beside what they store.</param>
    public List<string> ToldBy(IEnumerable<MemberProcess> members, IEnumerable<string> files) =>
    [
        .. members.SelectMany(member => ToldIn(member.Name, member.Log.Split('\n'))),
        .. files.SelectMany(path => ToldIn(path, File.ReadLines(path))),
    ];

    /// <summary>Nothing is told, in logs that are really there.</summary>
    public void AssertToldByNobody(IReadOnlyCollection<MemberProcess> members, IEnumerable<string> files)
    {
        Assert.NotEmpty(members);
        Assert.All(members, member => Assert.Contains(Said, member.Log, StringComparison.Ordinal));
        var told = ToldBy(members, files);
        Assert.True(told.Count == 0, $"{told.Count} lines tell what they must not:\n{string.Join('\n', told.Take(20))}");
    }

    public static IEnumerable<string> FilesBelow(string directory) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories);

    private IEnumerable<string> ToldIn(string where, IEnumerable<string> lines) =>
        from line in lines
        from secret in _secrets
        where line.Contains(secret.Key, StringComparison.Ordinal)
        select $"{where} tells {secret.Value}: {line.Trim()[..Math.Min(400, line.Trim().Length)]}";
}
