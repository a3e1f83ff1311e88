using System.Globalization;
using ChatOrleans.Cluster.Tests.Clusters;
using ChatOrleans.Cluster.Tests.Processes;
using Xunit.Sdk;

namespace ChatOrleans.Cluster.Tests;

/// <summary>The search of logs, on a real member that is made to tell what it must not.</summary>
public sealed class UnsaidTests : IAsyncLifetime
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("chat-unsaid-");
    private readonly Unsaid _unsaid = new();

    private IEnumerable<string> Below => Unsaid.FilesBelow(_files.FullName);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _files.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task WhatAMemberPrints_IsFound_AndASilentMemberIsNoCleanOne()
    {
        _unsaid.Token("head.body.signature-51a2");
        _unsaid.Ticket("ticket-77c0");
        // A setting that it cannot start with is what a member repeats word for word.
        await using var member = new SiloProcess("silo", _files.FullName, new Dictionary<string, string>
        {
            ["Cluster__Profile"] = $"text {Unsaid.Word}, token head.body.signature-51a2, ticket ticket-77c0. Application started.",
        });
        member.Launch();
        await member.Ended();

        await Wait.Until(() => _unsaid.ToldBy([member], Below).Count >= 3, TimeSpan.FromSeconds(10), () => $"what it printed to be found. It says:\n{member.Log}");
        Assert.Equal(["a text, title or name", "a ticket", "a token"], _unsaid.ToldBy([member], Below).Select(Secret).Distinct().Order());
        var failed = Assert.ThrowsAny<XunitException>(() => _unsaid.AssertToldByNobody([member], Below));
        Assert.Contains("tell what they must not", failed.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<XunitException>(() => _unsaid.AssertToldByNobody([], Below));
        Assert.ThrowsAny<XunitException>(() => new Unsaid().AssertToldByNobody([new SiloProcess("silent", _files.FullName, new Dictionary<string, string>())], Below));
    }

    [Fact]
    public async Task WhatAMemberLeavesInAFile_IsFound()
    {
        var below = _files.CreateSubdirectory("below").FullName;
        for (var i = 0; i < 3; i++)
        {
            await File.WriteAllLinesAsync(Path.Combine(below, i.ToString(CultureInfo.InvariantCulture)), ["a line", $"line {i}{(i == 1 ? $" text {Unsaid.Word}" : "")}"]);
        }

        var told = Assert.Single(_unsaid.ToldBy([], Below));
        Assert.StartsWith($"{Path.Combine(below, "1")} tells a text", told, StringComparison.Ordinal);
    }

    private static string Secret(string told) => told[(told.IndexOf(" tells ", StringComparison.Ordinal) + 7)..told.IndexOf(": ", StringComparison.Ordinal)];
}
