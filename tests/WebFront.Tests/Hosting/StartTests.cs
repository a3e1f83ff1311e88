using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChatOrleans.Silo;
using Microsoft.Extensions.Configuration;

namespace ChatOrleans.WebFront.Tests.Hosting;

/// <summary>The process itself, started as anybody would: what it cannot start with it says in a line, and ends.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task Start_InProductionWithoutAKey_SaysWhatToSet()
    {
        var said = await FailedStart(new() { ["ASPNETCORE_ENVIRONMENT"] = "Production" });
        Assert.Contains("Auth:SigningKey", said, StringComparison.Ordinal);
        Assert.Contains("Set Auth:SigningKey to 32 or more random characters", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cluster__Profile", "Tape", "Cluster:Profile is 'Tape'")]
    [InlineData("Cluster__SiloPort", "any", "Cluster:SiloPort is 'any'. It must be a whole number. Set it so")]
    [InlineData("Limits__TextLength", "0", "Limits:TextLength")]
    [InlineData("Storage__CacheMegabytes", "1", "Storage:CacheMegabytes")]
    [InlineData("Realtime__HeartbeatSeconds", "0", "Realtime:HeartbeatSeconds")]
    [InlineData("ASPNETCORE_URLS", "garbage", "Invalid url: 'garbage'. ASPNETCORE_URLS")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:0/chat", "ASPNETCORE_URLS (or --urls) has a path behind the port.")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:99999", "0 to 65535")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:8000", "an address that this machine does not have")]
    [InlineData("Logging__LogLevel__Default", "Loud", "'Loud' is not supported. Logging:LogLevel takes")]
    public async Task Start_WithAWrongSetting_NamesItsKey(string variable, string value, string said) =>
        Assert.Contains(said, await FailedStart(new() { [variable] = value }), StringComparison.Ordinal);

    [Theory]
    [InlineData("Redis", "", "", "Storage:Redis is empty")]
    [InlineData("Redis", "Storage__Redis", "redis://localhost:6379", "Storage:Redis is an address with a scheme")]
    [InlineData("Redis", "Storage__Redis", "localhost:6379,pasword=x", "Storage:Redis cannot be read: Keyword 'pasword' is not supported.")]
    [InlineData("AzureStorage", "Cluster__Redis", "localhost:6379,pasword=x", "Cluster:Redis cannot be read: Keyword 'pasword' is not supported.")]
    [InlineData("AzureStorage", "Cluster__Redis", "127.0.0.1:1", "Storage:AzureTables is empty")]
    [InlineData("AzureStorage", "Storage__AzureTables", "UseDevelopmentStorage=true", "Cluster:Redis is empty")]
    [InlineData("Redis", "Cluster__ProbeTimeout", "00:10:00", "Cluster:ProbeTimeout must be")]
    [InlineData("Redis", "Cluster__NumMissedProbesLimit", "0", "Cluster:NumMissedProbesLimit must be")]
    [InlineData("Redis", "Cluster__AdvertisedAddress", "no.such.host.invalid", "Cluster:AdvertisedAddress is 'no.such.host.invalid'")]
    [InlineData("Redis", "Cluster__GatewayPort", "70000", "Cluster:GatewayPort must be")]
    [InlineData("Embedded", "Cluster__HostsGrains", "false", "Cluster:HostsGrains is false")]
    public async Task Start_OfAClusterMember_WithAWrongSetting_NamesItsKey(string profile, string variable, string value, string said)
    {
        var variables = new Dictionary<string, string> { ["Cluster__Profile"] = profile };
        if (variable.Length > 0)
        {
            variables[variable] = value;
        }

        Assert.Contains(said, await FailedStart(variables), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnADirectoryInUse_SaysWhoseItIs()
    {
        var directory = Directory.CreateTempSubdirectory("chat-in-use-");
        try
        {
            await using var first = await ChatServer.Start([], directory.FullName);
            var said = await FailedStart(new() { ["Storage__Path"] = Path.Combine(directory.FullName, "data") });
            Assert.Contains("another process holds this directory", said, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_OnAPortInUse_SaysWhich()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)holder.LocalEndpoint).Port}";
        var said = await FailedStart(new() { ["ASPNETCORE_URLS"] = address });
        Assert.Contains($"{address}: address already in use", said, StringComparison.Ordinal);
        Assert.Contains("choose another", said, StringComparison.Ordinal);
    }

    /// <summary>Orleans itself would share the port, and have the cluster declare the process dead that listens there.</summary>
    [Fact]
    public async Task Start_OnASiloPortInUse_LeavesItsOwnerAlone()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var said = await FailedStart(new() { ["Cluster__SiloPort"] = $"{port}" });
        Assert.Contains($"Cluster:SiloPort is {port}, where another process listens already.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_ThatNothingReads_AreTold()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cluster:Profle"] = "Redis",
            ["storage:path"] = "data",
            ["Storge:Path"] = "data",
            ["Web:AllowedOrigins:0"] = "https://chat.example.org",
            ["Logging:LogLevel:Default"] = "Information",
            ["PATH"] = "/usr/bin",
        }).Build();
        Assert.Equal(
            ["There is no section Storge. Did you mean Storage?", "There is no setting Cluster:Profle. Did you mean Cluster:Profile?"],
            Settings.Unknown(configuration).Order());
    }

    /// <summary>What a process that refuses to start says, having checked that it ends by itself, with code 1 and without a stack trace.</summary>
    private static async Task<string> FailedStart(Dictionary<string, string> variables)
    {
        var directory = Directory.CreateTempSubdirectory("chat-start-");
        try
        {
            var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location])
            {
                WorkingDirectory = directory.FullName,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
            start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
            foreach (var (key, value) in variables)
            {
                start.Environment[key] = value;
            }

            using var process = Process.Start(start)!;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                Assert.Fail($"The process did not end. It said: {await output} {await error}");
            }

            var said = await error;
            Assert.True(process.ExitCode == 1, $"Ended with {process.ExitCode}: {said}");
            Assert.StartsWith("ChatOrleans cannot start. ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
            Assert.DoesNotContain("fail:", await output, StringComparison.Ordinal);
            return said;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
