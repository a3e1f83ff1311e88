using Microsoft.Extensions.Logging;

namespace ChatOrleans.Silo.Storage;

/// <summary>The wait of a start for what does not answer yet. Without a word from it a process would only seem to hang.</summary>
/// <param name="whom">What is waited for, where it is, and which setting says so; without secrets.</param>
internal sealed partial class StoreWait(string whom, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_betweenWords = TimeSpan.FromSeconds(5);
    private readonly long _start = time.GetTimestamp();
    private string? _reason;
    private TimeSpan _nextWord = s_pause;
    private bool _told;

    private TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Looks each second, and tells why it waits: as soon as that is known or after a second, then every few seconds.</summary>
    /// <param name="look">Why it is not there; null where it is.</param>
    public async Task Until(Func<CancellationToken, Task<string?>> look, CancellationToken cancellationToken)
    {
        while (await Told(look(cancellationToken), cancellationToken) is { } reason)
        {
            var isNews = _reason is null;
            _reason = reason;
            if (isNews || Elapsed >= _nextWord)
                Tell();
            await Task.Delay(s_pause, time, cancellationToken);
        }

        if (_told)
            Answers(log, whom);
    }

    /// <summary>The innermost is why; the others tell of its being tried.</summary>
    public static string Reason(Exception fault) => fault.InnerException is { } inner ? Reason(inner) : fault.Message.Split('\n')[0].Trim();

    /// <summary>What hangs takes longer to look at than anybody waits without a word.</summary>
    private async Task<string?> Told(Task<string?> looking, CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                var patience = _nextWord - Elapsed;
                return await looking.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time, cancellationToken);
            }
            catch (TimeoutException) when (!looking.IsCompleted)
            {
                Tell();
            }
    }

    private void Tell()
    {
        Waiting(log, whom, _reason ?? "no answer yet");
        (_told, _nextWord) = (true, Elapsed + s_betweenWords);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {Whom}: {Reason}")]
    private static partial void Waiting(ILogger log, string whom, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "No longer waiting for {Whom}: it answers.")]
    private static partial void Answers(ILogger log, string whom);
}
