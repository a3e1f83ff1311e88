using System.Collections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ChatOrleans.Silo.Observability;

/// <summary>The platform's lines of JSON, with the event's name among their State: by itself it writes the name's hash alone, as EventId.</summary>
internal sealed class NamedEvents(ConsoleFormatter json) : ConsoleFormatter(json.Name)
{
    private const string Key = "EventName";
    private const string Platforms = "JsonConsoleFormatter";

    /// <summary>Takes the place of the platform's own; its options go on counting. What has no console has nothing to replace.</summary>
    public static void Use(IServiceCollection services)
    {
        // The type is not public.
        var there = services.FirstOrDefault(service => service.ServiceType == typeof(ConsoleFormatter) && service.ImplementationType?.Name == Platforms);
        if (there?.ImplementationType is { } type)
        {
            services[services.IndexOf(there)] = ServiceDescriptor.Singleton<ConsoleFormatter>(
                provider => new NamedEvents((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type)));
        }
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (name, format) = (logEntry.EventId.Name, logEntry.Formatter);
        if (name is null || logEntry.State is not IReadOnlyList<KeyValuePair<string, object?>> fields)
        {
            json.Write(in logEntry, scopeProvider, textWriter);
            return;
        }

        var state = logEntry.State;
        json.Write(
            new LogEntry<Named>(
                logEntry.LogLevel, logEntry.Category, logEntry.EventId, new Named(fields, name), logEntry.Exception, (_, fault) => format(state, fault)),
            scopeProvider,
            textWriter);
    }

    /// <summary>A line's fields, the event's name before them.</summary>
    private sealed class Named(IReadOnlyList<KeyValuePair<string, object?>> fields, string name) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => fields.Count + 1;

        public KeyValuePair<string, object?> this[int index] => index == 0 ? new(Key, name) : fields[index - 1];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => fields.Prepend(this[0]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
