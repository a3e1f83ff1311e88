using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ChatOrleans.WebFront.Commands;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>
/// A protocol of SignalR whose errors all begin with a code of the contract: SignalR puts a sentence of its own before ours, and
/// answers a call that it can't bind (an unknown method, a wrong number of arguments) by itself.
/// </summary>
internal sealed class CodedErrors(IHubProtocol inner) : IHubProtocol
{
    private const string OfOurs = "HubException: ";

    private static readonly Failure Unreadable = new(
        ErrorCode.InvalidRequest, "There is no such method, or it takes other arguments. Those that are optional are passed as null.");

    private static readonly Failure Fault = new(ErrorCode.Internal, "Something went wrong on our side.");

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        while (true)
        {
            var length = input.Length;
            if (inner.TryParseMessage(ref input, binder, out message))
            {
                return true;
            }

            if (input.Length == length)
            {
                return false;
            }

            // It took a message of a type that nobody knows and says that there is no whole one: what lies behind it would wait for
            // more to come.
        }
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(Coded(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(Coded(message));

    public static string TextOf(Failure failure) => $"{failure.Name}: {failure.Message}";

    /// <summary>Around every protocol that was added.</summary>
    public static void Use(IServiceCollection services)
    {
        foreach (var added in services.Where(service => service.ServiceType == typeof(IHubProtocol)).ToList())
        {
            services.Remove(added);
            services.AddSingleton<IHubProtocol>(provider =>
                new CodedErrors((IHubProtocol)ActivatorUtilities.CreateInstance(provider, added.ImplementationType!)));
        }
    }

    private static HubMessage Coded(HubMessage message) => message switch
    {
        CompletionMessage { Error: { } error, InvocationId: { } id } => CompletionMessage.WithError(id, Coded(error)),
        CloseMessage { Error: { } error } close => new CloseMessage(Coded(error), close.AllowReconnect),
        _ => message,
    };

    private static string Coded(string error) =>
        error.IndexOf(OfOurs, StringComparison.Ordinal) is var at and >= 0 ? error[(at + OfOurs.Length)..]
        : IsCoded(error) ? error
        : TextOf(error.StartsWith("An unexpected error", StringComparison.Ordinal) ? Fault : Unreadable);

    private static bool IsCoded(string error) => Enum.GetValues<ErrorCode>()
        .Any(code => error.StartsWith($"{new Failure(code, "").Name}: ", StringComparison.Ordinal));
}
