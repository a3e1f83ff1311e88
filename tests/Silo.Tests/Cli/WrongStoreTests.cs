namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>A backup of another store than was meant must not look like a backup.</summary>
public sealed class WrongStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("chat-wrong-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("nothere")]
    [InlineData("")]
    public async Task Export_OfADirectoryWithoutADatabase_IsRefused_AndLeavesNothing(string name)
    {
        var refusal = await ChatProgram.Run(1, "export", At("x.jsonl"), "--allow-empty", "--Storage:Path", At(name));

        Assert.Contains($"Storage:Path = {At(name)}: there is no database", refusal, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task Restored_OfADirectoryWithoutADatabase_IsRefused()
    {
        Assert.Contains("there is no database", await ChatProgram.Run(1, "restored", "--Storage:Path", At("nothere")), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task Export_OfAnEmptyStore_IsRefused_UnlessItIsMeant()
    {
        await File.WriteAllTextAsync(At("empty.jsonl"), """
            {"chatorleans_export":1,"from":"Embedded"}
            {"end":{"logs":0,"rows":0,"keys":0,"states":0,"digest":"00000000000000000000000000000000"}}

            """.ReplaceLineEndings("\n"));
        await ChatProgram.Run(0, "import", At("empty.jsonl"), "--Storage:Path", At("empty"));

        var refusal = await ChatProgram.Run(1, "export", At("x.jsonl"), "--Storage:Path", At("empty"));
        Assert.Contains($"Storage:Path = {At("empty")}: there is nothing in this store.", refusal, StringComparison.Ordinal);
        Assert.False(File.Exists(At("x.jsonl")));

        Assert.Contains("0 logs", await ChatProgram.Run(0, "export", At("x.jsonl"), "--allow-empty", "--Storage:Path", At("empty")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to do: call grace", "is no export")]
    [InlineData("to do: call grace\n", "Line 1 of the file is not what it should be")]
    [InlineData("{}\n", "a line of an unknown kind ''. Export again")]
    [InlineData("", "is no export")]
    public async Task Check_OfWhatIsNoExport_SaysSo(string content, string told)
    {
        await File.WriteAllTextAsync(At("notes.txt"), content);

        var refusal = await ChatProgram.Run(1, "check", At("notes.txt"));

        Assert.Contains(told, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("..", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WhereRedisIsNotThere_SaysWhatItWaitsFor()
    {
        await File.WriteAllTextAsync(At("x.jsonl"), "");
        using var import = ChatProgram.Begin("import", At("x.jsonl"), "--Cluster:Profile", "Redis", "--Storage:Redis", "127.0.0.1:1");

        Assert.Contains("Waiting for Redis at 127.0.0.1:1", await import.FirstWords().WaitAsync(TimeSpan.FromMinutes(2)), StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_directory, name).TrimEnd('/');
}
