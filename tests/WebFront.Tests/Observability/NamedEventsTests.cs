using System.Text.Json;
using ChatOrleans.Silo.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ChatOrleans.WebFront.Tests.Observability;

/// <summary>Lines of JSON, as a process writes them for whoever collects them.</summary>
public sealed class NamedEventsTests : IDisposable
{
    private readonly IHost _host;
    private readonly StringWriter _written = new();

    public NamedEventsTests()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddChatLogging();
        _host = builder.Build();
    }

    public void Dispose()
    {
        _host.Dispose();
        _written.Dispose();
    }

    [Fact]
    public void Line_HasTheEventsName_BesideItsFields()
    {
        IReadOnlyList<KeyValuePair<string, object?>> fields = [new("user", "ada"), new("{OriginalFormat}", "Waits for {user}.")];

        var line = Written(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
            LogLevel.Warning, "ChatOrleans.Test", new EventId(7, "WriteFailed"), fields, new TimeoutException("too late"), (_, fault) => $"Waits for ada: {fault!.Message}"));

        var state = line.GetProperty("State");
        Assert.Equal(("WriteFailed", "ada"), (state.GetProperty("EventName").GetString(), state.GetProperty("user").GetString()));
        Assert.Equal((7, "Waits for ada: too late"), (line.GetProperty("EventId").GetInt32(), line.GetProperty("Message").GetString()));
        Assert.Contains("too late", line.GetProperty("Exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Line_WithoutANameOrFields_IsThePlatforms()
    {
        var line = Written(new LogEntry<string>(LogLevel.Information, "Theirs", default, "as it is", null, (state, _) => state));

        Assert.Equal("as it is", line.GetProperty("Message").GetString());
    }

    private JsonElement Written<TState>(LogEntry<TState> entry)
    {
        // The console takes the first of a name.
        var json = _host.Services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == ConsoleFormatterNames.Json);
        json.Write(in entry, null, _written);
        return JsonDocument.Parse(_written.ToString()).RootElement;
    }
}
