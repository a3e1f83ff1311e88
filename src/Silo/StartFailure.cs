using System.Net.Sockets;
using System.Text.RegularExpressions;
using ChatOrleans.Silo.Storage;
using Microsoft.Extensions.Options;

namespace ChatOrleans.Silo;

/// <summary>What keeps a process from starting and a person can mend, in a line or two.</summary>
public static partial class StartFailure
{
    private const string Urls = "ASPNETCORE_URLS (or --urls)";

    /// <summary>Null where it is none of these: then its stack trace is wanted.</summary>
    public static string? Of(Exception? e) => e switch
    {
        null => null,
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures.Select(failure => Worded(invalid.OptionsType, failure))),
        AggregateException several when several.InnerExceptions.All(inner => Of(inner) is not null) =>
            // What one setting asks of another is told where each of them is checked.
            string.Join(Environment.NewLine, several.InnerExceptions.SelectMany(inner => Of(inner)!.Split(Environment.NewLine)).Distinct()),
        StorageStartException storage => storage.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } port => PortInUse(port.Message),
        _ => OfSettings(e) ?? OfAddresses(e) ?? Of(e.InnerException),
    };

    /// <summary>Validators that are made from annotations speak of types and fields; people set keys.</summary>
    public static string Worded(Type options, string failure)
    {
        var made = AnnotationFailure().Match(failure);
        return made.Success && options.GetField("Section")?.GetRawConstantValue() is string section
            ? $"{section}:{made.Groups["field"].Value} {made.Groups["rule"].Value} Set it so, or leave it out for its default."
            : failure;
    }

    private static string? OfSettings(Exception e) => e switch
    {
        InvalidOperationException unreadable when UnreadableSetting.Of(unreadable) is { } told => told,
        // "Configuration value 'Loud' is not supported."
        InvalidOperationException level when Says(level, "Configuration value") =>
            $"{level.Message} Logging:LogLevel takes Trace, Debug, Information, Warning, Error, Critical or None.",
        InvalidDataException file when Says(file, "Failed to load configuration from file") => $"{file.Message} {Innermost(file).Message}",
        _ => null,
    };

    private static string? OfAddresses(Exception e) => e switch
    {
        FormatException url when Says(url, "Invalid url") => $"{url.Message}. {Urls} takes addresses such as http://0.0.0.0:8000.",
        InvalidOperationException path when Says(path, "A path base can only be configured") =>
            $"{Urls} has a path behind the port. It takes addresses such as http://0.0.0.0:8000.",
        ArgumentOutOfRangeException { ParamName: "port" } => $"{Urls} names a port that is none: it must be 0 to 65535.",
        InvalidOperationException https when Says(https, "Unable to configure HTTPS endpoint") =>
            $"{Urls} has an https address, but there is no certificate. Set Kestrel:Certificates:Default:Path (and KeyPath), or listen with http "
            + "behind a proxy that ends TLS: docs/operations.md.",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } port => PortInUse(port.Message),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => $"{Urls} names an address that this machine does not have.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => $"This user may not listen at {Urls}: ports below 1024 are the system's.",
        _ => null,
    };

    private static bool Says(Exception e, string beginning) => e.Message.StartsWith(beginning, StringComparison.Ordinal);

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;

    private static string PortInUse(string message) => $"{message.TrimEnd('.')}. Stop the process that has the port, or choose another: "
        + "ASPNETCORE_URLS=http://localhost:8001 for the web, Cluster__SiloPort for the silo.";

    [GeneratedRegex(@"^\w+: The (field )?\w+\.(?<field>\w+) (?<rule>.+)$")]
    private static partial Regex AnnotationFailure();
}
