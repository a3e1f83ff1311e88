using ChatOrleans.Cli;

namespace ChatOrleans.Silo.Tests.Cli;

/// <summary>What is asked wrongly is told so that one can ask rightly.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("export x.jsonl --Storge:Path ./data", "There is no setting --Storge:Path here. Did you mean --Storage:Path?")]
    [InlineData("export x.jsonl --Storge:Path=./data", "Did you mean --Storage:Path?")]
    [InlineData("export x.jsonl --Storage__Path ./data", "Did you mean --Storage:Path?")]
    [InlineData("export x.jsonl -Storage:Path ./data", "Did you mean --Storage:Path?")]
    [InlineData("export x.jsonl --Path ./data", "Did you mean --Storage:Path?")]
    [InlineData("export x.jsonl --cluster:profil Redis", "Did you mean --Cluster:Profile?")]
    [InlineData("export x.jsonl --Auth:SigningKey secret", "There is no setting --Auth:SigningKey here. Those of")]
    [InlineData("export x.jsonl --Storage:Path", "--Storage:Path has no value.")]
    [InlineData("export x.jsonl --Storage:Path --quiet", "--Storage:Path has no value.")]
    [InlineData("", "Say what to do.")]
    [InlineData("exprot x.jsonl", "There is no command 'exprot'. Did you mean export?")]
    [InlineData("backup", "There is no command 'backup'.")]
    [InlineData("import", "Say also which file: chatorleans import FILE.")]
    [InlineData("import a.jsonl b.jsonl", "'b.jsonl' is one word too many for import.")]
    [InlineData("restored x.jsonl", "'x.jsonl' is one word too many for restored.")]
    public void Parse_OfWhatIsNoCommand_TellsWhatToWrite(string line, string told)
    {
        Assert.Null(CommandLine.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var mistake));
        Assert.Contains(told, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export x.jsonl --storage:path ./data --quiet --allow-empty", "--storage:path ./data")]
    [InlineData("export x.jsonl --quiet --allow-empty --Storage:Redis=a:1,password=-", "--Storage:Redis=a:1,password=-")]
    [InlineData("export --Storage:CachedHeads -5 x.jsonl --quiet --allow-empty", "--Storage:CachedHeads -5")]
    public void Parse_OfACommand_HasItsSettings(string line, string settings)
    {
        var command = CommandLine.Parse(line.Split(' '), out _);

        Assert.Equal(("export", "x.jsonl", true, true), (command!.Verb, command.File, command.Quiet, command.AllowEmpty));
        Assert.Equal(settings.Split(' '), command.Settings);
    }

    [Theory]
    [InlineData("--help", "chatorleans export FILE [settings]")]
    [InlineData("help", "chatorleans export FILE [settings]")]
    [InlineData("export --Storage:Path --help", "chatorleans export FILE [settings]")]
    [InlineData("--version", "chatorleans 1.")]
    public async Task Program_AskedForHelp_HelpsAndEndsWith0(string line, string told) =>
        Assert.Contains(told, await ChatProgram.Run(0, line.Split(' ')), StringComparison.Ordinal);

    [Fact]
    public async Task Program_WithASettingThatCannotBeRead_SaysWhatItTakes() => Assert.StartsWith(
        "chatorleans restored: Storage:AcceptWeakDurability is 'maybe'. It must be true or false. Set it so, or leave it out for its default.",
        await ChatProgram.Run(1, "restored", "--Cluster:Profile", "Redis", "--Storage:AcceptWeakDurability", "maybe", "--Storage:Redis", "127.0.0.1:1"),
        StringComparison.Ordinal);

    [Fact]
    public async Task Program_AskedWrongly_EndsWith2_AndTouchesNothing()
    {
        var here = Directory.CreateTempSubdirectory("chat-asked-");
        try
        {
            Assert.Contains("Did you mean --Storage:Path?", await ChatProgram.Run(2, "export", Path.Combine(here.FullName, "x.jsonl"), "--Storge:Path", here.FullName), StringComparison.Ordinal);
            Assert.Empty(here.EnumerateFileSystemInfos());
        }
        finally
        {
            here.Delete(recursive: true);
        }
    }
}
