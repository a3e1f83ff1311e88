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
/// A process's way to the tables. Starting it creates them, or looks whether they are there where it must not, and waits, saying so, for as
/// long as the account does not answer.
/// </summary>
public sealed partial class AzureTablesConnection : ILifecycleParticipant<ISiloLifecycle>
{
    private const string StorageKey = $"{AzureTablesOptions.Section}:{nameof(AzureTablesOptions.AzureTables)}";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TableServiceClient _service;

    public AzureTablesConnection(IOptions<AzureTablesOptions> options, TimeProvider time, ILogger<AzureTablesConnection> log)
    {
        (Options, _time, _log) = (options.Value, time, log);
        // A sender waits for the answer: rather tell it soon that the service is unavailable.
        var client = new TableClientOptions
        {
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1), NetworkTimeout = s_patience },
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

    /// <summary>Where it is, without what may follow: a connection string's address may be signed.</summary>
    private string Account => _service.Uri.GetLeftPart(UriPartial.Authority);

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(AzureTablesConnection), ServiceLifecycleStage.First, Start);

    /// <summary>Throws <see cref="StorageStartException"/> where the account refuses us, or lacks the tables that must be there.</summary>
    public async Task Start(CancellationToken cancellationToken = default)
    {
        await new StoreWait($"Azure Tables at {Account} ({StorageKey})", _time, _log).Until(Absence, cancellationToken);
        Connected(Account);
    }

    internal static LogUnavailableException Unavailable(Exception fault) => new($"Azure Tables did not answer: {fault.Message}");

    /// <summary>What a call throws when the service, the network or the time allowed fails it.</summary>
    internal static bool IsFault(Exception fault, CancellationToken cancellationToken = default) =>
        fault is RequestFailedException or AggregateException or AuthenticationFailedException or HttpRequestException or IOException
        || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Why the tables are not there; null where they are.</summary>
    private async Task<string?> Absence(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var table in new[] { Logs, States })
                if (Options.MustExist)
                    await Require(table, cancellationToken);
                else
                    await table.CreateIfNotExistsAsync(cancellationToken);
            return null;
        }
        catch (RequestFailedException refused) when (refused.Status is 400 or 401 or 403)
        {
            throw new StorageStartException(
                $"{StorageKey} = {Account}: the account refuses this process ({refused.ErrorCode ?? refused.Message}). It needs to read " +
                "and write tables. Check the key, or give its identity the role Storage Table Data Contributor.", refused);
        }
        catch (Exception fault) when (IsFault(fault, cancellationToken))
        {
            return Reason(fault);
        }
    }

    private async Task Require(TableClient table, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in table.QueryAsync<TableEntity>(maxPerPage: 1, cancellationToken: cancellationToken))
                return;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            throw new StorageStartException(
                $"{AzureTablesOptions.Section}:{nameof(Options.TablePrefix)} = {Options.TablePrefix}: there is no table {table.Name} at {Account}. " +
                "Name the prefix and the account that the servers use.", missing);
        }
    }

    private static string Reason(Exception fault) => fault switch
    {
        RequestFailedException { Status: > 0 } answer => $"it answers {answer.Status} {answer.ErrorCode}".TrimEnd(),
        // Behind it are the sources of identities that were tried, the first of which is not the one that was meant.
        AuthenticationFailedException identity => identity.Message.Split('\n')[0].Trim(),
        _ when IsTimeout(fault) => $"no answer within {s_patience.TotalSeconds} s",
        _ => StoreWait.Reason(fault),
    };

    private static bool IsTimeout(Exception fault) => fault is OperationCanceledException || (fault.InnerException is { } inner && IsTimeout(inner));

    [LoggerMessage(Level = LogLevel.Information, Message = "Storing in Azure Tables at {Account}.")]
    private partial void Connected(string account);
}
