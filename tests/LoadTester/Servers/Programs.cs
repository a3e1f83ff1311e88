using System.Diagnostics;

namespace ChatOrleans.LoadTester.Servers;

/// <summary>Publishes the servers of this repository in Release, as they would be deployed.</summary>
internal static class Programs
{
    private static string? _root;

    public static string Root => _root ??= FindRoot();

    /// <summary>Publishes one project, unless it was in this process, and returns where its program lies.</summary>
    public static async Task<string> Publish(string project, string program, CancellationToken cancellationToken)
    {
        var output = Path.Combine(Root, "artifacts", "load", Path.GetFileName(project));
        var start = new ProcessStartInfo("dotnet",
            ["publish", Path.Combine(Root, project), "-c", "Release", "-o", output, "-p:SkipClient=true", "--nologo", "-v", "quiet"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var publish = Process.Start(start)!;
        var text = await publish.StandardOutput.ReadToEndAsync(cancellationToken);
        await publish.WaitForExitAsync(cancellationToken);
        return publish.ExitCode == 0
            ? Path.Combine(output, program)
            : throw new InvalidOperationException($"{project} could not be published:\n{text}");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "ChatOrleans.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("Not inside the repository: say --url, or --server PROGRAM.");
    }
}
