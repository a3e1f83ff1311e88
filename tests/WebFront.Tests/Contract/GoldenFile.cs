using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatOrleans.WebFront.Tests.Contract;

/// <summary>
/// A file under <c>contract/</c>. Clients in other languages read the same files. With REWRITE_CONTRACT=1 in the environment a
/// check writes the file instead: look at the difference before committing it, since it is what every client will see.
/// </summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "contract"));

    public static void Check(string name, JsonNode actual)
    {
        var path = Path.Combine(Folder(), name + ".json");
        var text = actual.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("REWRITE_CONTRACT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"contract/{name}.json is missing.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")))!;

    /// <summary>The names under a folder, without extension.</summary>
    public static IEnumerable<string> Names(string folder) => Directory.EnumerateFiles(Path.Combine(Folder(), folder), "*.json")
        .Select(path => $"{folder}/{Path.GetFileNameWithoutExtension(path)}");
}
