using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using ChatOrleans.Grains.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>
/// A process's way to the tables. Starting it creates them, and waits, saying so, for as long as the account does not answer.
/// </summary>
public sealed partial class AzureTablesConnection : ILifecycleParticipant<ISiloLifecycle>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TableServiceClient _service;

    public AzureTablesConnection(IOptions<AzureTablesOptions> options, TimeProvider time, ILogger<AzureTablesConnection> log)
    {
        (Options, _time, _log) = (options.Value, time, log);
        // A sender waits for the answer: rather tell it soon that the service is unavailable.
        var client = new TableClientOptions
        {
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1), NetworkTimeout = TimeSpan.FromSeconds(5) },
        };
        Credential = Options.IsAddress ? new DefaultAzureCredential() : null;
        _service = Credential is not null
            ? new TableServiceClient(new Uri(Options.AzureTables), Credential, client)
            : new TableServiceClient(Options.AzureTables, client);
        Logs = _service.GetTableClient($"{Options.TablePrefix}logs");
        States = _service.GetTableClient($"{Options.TablePrefix}states");
    }

    internal AzureTablesOptions Options { get; }

    /// <summary>That of the process; null where the connection string has its own.</summary>
    internal TokenCredential? Credential { get; }

    internal TableClient Logs { get; }

    internal TableClient States { get; }

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(AzureTablesConnection), ServiceLifecycleStage.First, Start);

    /// <summary>Throws <see cref="StorageStartException"/> where the account refuses us.</summary>
    public async Task Start(CancellationToken cancellationToken = default)
    {
        while (!await TryCreate(cancellationToken))
        {
            Waiting(_service.Uri);
            await Task.Delay(s_pause, _time, cancellationToken);
        }

        Connected(_service.Uri);
    }

    internal static LogUnavailableException Unavailable(Exception fault) => new($"Azure Tables did not answer: {fault.Message}");

    /// <summary>What a call throws when the service, the network or the time allowed fails it.</summary>
    internal static bool IsFault(Exception fault, CancellationToken cancellationToken = default) =>
        fault is RequestFailedException or AggregateException or AuthenticationFailedException or HttpRequestException or IOException
        || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private async Task<bool> TryCreate(CancellationToken cancellationToken)
    {
        try
        {
            await Logs.CreateIfNotExistsAsync(cancellationToken);
            await States.CreateIfNotExistsAsync(cancellationToken);
            return true;
        }
        catch (RequestFailedException refused) when (refused.Status is 400 or 401 or 403)
        {
            throw new StorageStartException(
                $"Storage:AzureTables = {_service.Uri}: the account refuses this process ({refused.ErrorCode ?? refused.Message}). It needs to read " +
                "and write tables. Check the key, or give its identity the role Storage Table Data Contributor.", refused);
        }
        catch (Exception fault) when (IsFault(fault, cancellationToken))
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for Azure Tables at {Account}.")]
    private partial void Waiting(Uri account);

    [LoggerMessage(Level = LogLevel.Information, Message = "Storing in Azure Tables at {Account}.")]
    private partial void Connected(Uri account);
}
