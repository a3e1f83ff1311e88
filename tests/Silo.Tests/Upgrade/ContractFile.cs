using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatOrleans.Silo.Tests.Upgrade;

/// <summary>
/// What is checked in of one serialized type or grain interface (<c>Contracts/{alias}.json</c>): its members, and bytes that each version
/// wrote. Both only grow: a former member stays, as a line that begins with <c>retired</c>, so that nobody takes its id again.
/// </summary>
internal sealed record ContractFile
{
    public const string HowToAdd =
        "Add it, and look at the difference before committing: CHAT_ADD_CONTRACTS=1 dotnet test tests/Silo.Tests --filter FullyQualifiedName~Upgrade";

    private static readonly JsonSerializerOptions s_readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Oldest version first.</summary>
    public ImmutableArray<ContractSample> Samples { get; init; } = [];

    public static bool Adding => Environment.GetEnvironmentVariable("CHAT_ADD_CONTRACTS") == "1";

    public static string Path(string alias, [CallerFilePath] string here = "") =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "Contracts", alias + ".json");

    public static IEnumerable<string> Aliases => Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path(""))!, "*.json")
        .Select(path => System.IO.Path.GetFileNameWithoutExtension(path)!);

    public static ContractFile Read(string alias) =>
        File.Exists(Path(alias)) ? JsonSerializer.Deserialize<ContractFile>(File.ReadAllText(Path(alias)), s_readable)! : new ContractFile();

    public void Write(string alias) => File.WriteAllText(Path(alias), JsonSerializer.Serialize(this, s_readable) + "\n");
}

/// <param name="Members">What the type had when this was written.</param>
/// <param name="Row">As stored in a row, in base 64: the reader knows the type.</param>
/// <param name="Event">As sent on a stream, in base 64: the bytes name the type by its alias.</param>
/// <param name="Values">What was in it, by path.</param>
internal sealed record ContractSample(ImmutableArray<string> Members, string Row, string Event, SortedDictionary<string, string> Values);
