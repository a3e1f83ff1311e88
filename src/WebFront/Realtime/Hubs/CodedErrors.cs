using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ChatOrleans.WebFront.Commands;
using ChatOrleans.WebFront.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace ChatOrleans.WebFront.Realtime.Hubs;

/// <summary>
/// A protocol of SignalR whose errors all begin with a code of the contract: SignalR puts a sentence of its own before ours, and
/// answers a call that it can't bind (an unknown method, a wrong number of arguments) by itself. Where it closes a connection by itself, an
/// <c>error</c> frame goes before, as before every close of ours.
/// </summary>
/// <param name="longest">Bytes of a message; SignalR reads no more of one than these and <see cref="Framing"/>.</param>
internal sealed class CodedErrors(IHubProtocol inner, long longest) : IHubProtocol
{
    /// <summary>What protocols put around a message at most, bytes: a separator behind it, or its length before it.</summary>
    public const int Framing = 3;

    private const string OfOurs = "HubException: ";

    private static readonly Failure Unreadable = new(
        ErrorCode.InvalidRequest, "There is no such method, or it takes other arguments. Those that are optional are passed as null.");

    private static readonly Failure Malformed = new(ErrorCode.InvalidRequest, "That is no message of this protocol.");

    private static readonly Failure Fault = new(ErrorCode.Internal, "Something went wrong on our side.");

    /// <summary>SignalR ends a connection and does not say why, as where it has heard nothing for long: no fault of what was sent.</summary>
    private static readonly Failure Ended = new(ErrorCode.Unavailable, "The connection could not go on. Connect again.");

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        while (true)
        {
            var length = input.Length;
            if (Parses(ref input, binder, out message))
            {
                return true;
            }

            if (input.Length == length)
            {
                // Of one that is too large SignalR would not say that.
                return length < longest + Framing ? false
                    : throw new HubException(TextOf(new Failure(ErrorCode.TooLarge, $"A message has at most {longest} bytes.")));
            }

            // It took a message of a type that nobody knows and says that there is no whole one: what lies behind it would wait for
            // more to come.
        }
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        if (message is CloseMessage { Error: { } error } && !TryRead(error, out _))
        {
            using var buffer = new FrameBuffer();
            HubEnvelopes.Of(Name).Wrap(buffer, new RefusalFrame(null, WhyClosed(error), Closing: true));
            output.Write(buffer.WrittenSpan);
        }

        inner.WriteMessage(Coded(message), output);
    }

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(Coded(message));

    public static string TextOf(Failure failure) => $"{failure.Name}: {failure.Message}";

    /// <summary>Around every protocol that was added.</summary>
    public static void Use(IServiceCollection services)
    {
        foreach (var added in services.Where(service => service.ServiceType == typeof(IHubProtocol)).ToList())
        {
            services.Remove(added);
            services.AddSingleton<IHubProtocol>(provider => new CodedErrors(
                (IHubProtocol)ActivatorUtilities.CreateInstance(provider, added.ImplementationType!),
                provider.GetRequiredService<IOptions<RealtimeOptions>>().Value.FrameBytes));
        }
    }

    /// <summary>Closing because of what it can't read, SignalR would not say that.</summary>
    private bool Parses(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        try
        {
            return inner.TryParseMessage(ref input, binder, out message);
        }
        catch (Exception unreadable) when (unreadable is not HubException)
        {
            throw new HubException(TextOf(Malformed), unreadable);
        }
    }

    private static HubMessage Coded(HubMessage message) => message switch
    {
        CompletionMessage { Error: { } error, InvocationId: { } id } => CompletionMessage.WithError(id, TextOf(Meant(error) ?? Unreadable)),
        CloseMessage { Error: { } error } close => Closed(WhyClosed(error), close.AllowReconnect),
        _ => message,
    };

    /// <summary>Who comes back with the same gets no further.</summary>
    private static CloseMessage Closed(Failure why, bool allowReconnect) =>
        new(TextOf(why), allowReconnect && why.Code is not (ErrorCode.InvalidRequest or ErrorCode.TooLarge));

    private static Failure WhyClosed(string error) => Meant(error) ?? Ended;

    /// <summary>Null where it has no code.</summary>
    private static Failure? Meant(string error)
    {
        var told = error.IndexOf(OfOurs, StringComparison.Ordinal) is var at and >= 0 ? error[(at + OfOurs.Length)..] : error;
        return TryRead(told, out var failure) ? failure
            : error.StartsWith("An unexpected error", StringComparison.Ordinal) ? Fault
            : null;
    }

    /// <summary>What <see cref="TextOf"/> has written.</summary>
    private static bool TryRead(string error, out Failure failure)
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            failure = new Failure(code, "");
            var prefix = TextOf(failure);
            if (error.StartsWith(prefix, StringComparison.Ordinal))
            {
                failure = failure with { Message = error[prefix.Length..] };
                return true;
            }
        }

        failure = default;
        return false;
    }
}
