using System.ComponentModel.DataAnnotations;
using Azure.Data.Tables;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>Which Azure storage account holds the data of a cluster; configuration section <c>Storage</c>.</summary>
public sealed class AzureTablesOptions : IValidatableObject
{
    public const string Section = StorageOptions.Section;

    private static readonly string[] OtherServices = ["blob", "queue", "file", "dfs", "web"];

    /// <summary>
    /// A connection string, or the address of the account's tables (<c>https://account.table.core.windows.net</c>), which is then
    /// entered with the process's managed identity; where it has several, <c>AZURE_CLIENT_ID</c> names one. No default.
    /// </summary>
    [Required(ErrorMessage = "Storage:AzureTables is empty. It says where the tables are. Set it to a connection string, or to https://ACCOUNT.table.core.windows.net.")]
    public string AzureTables { get; set; } = "";

    /// <summary>What the names of our tables begin with. Default <c>chat</c>; change it where two clusters share one account.</summary>
    [RegularExpression("[A-Za-z][A-Za-z0-9]{0,49}", ErrorMessage = "Storage:TablePrefix must be 1 to 50 letters and digits, a letter first.")]
    public string TablePrefix { get; set; } = "chat";

    /// <summary>How many owners' heads each member remembers. Default 100,000, so that a write of an active one reads nothing.</summary>
    [Range(100, 100_000_000, ErrorMessage = "Storage:CachedHeads must be 100 to 100000000. Set it to the number of conversations and users active at once.")]
    public int CachedHeads { get; set; } = 100_000;

    /// <summary>Whether the tables are only looked for, not created. No setting: what opens the store knows.</summary>
    internal bool MustExist { get; set; }

    internal bool IsAddress => Uri.TryCreate(AzureTables, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http");

    /// <summary>Looked at before the first call, which would fail with a stack trace. What is refused is not repeated: it may hold a key.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((IsAddress ? WrongAddress(new Uri(AzureTables)) : WrongConnectionString(AzureTables)) is { } wrong)
            yield return new ValidationResult($"Storage:AzureTables {wrong}");
    }

    private static string? WrongAddress(Uri address) => address switch
    {
        { Scheme: "http" } => "is an address without TLS, over which no identity's token is sent. Set it to https://ACCOUNT.table.core.windows.net, "
            + "or, for an emulator, to its connection string.",
        { Query.Length: > 0 } => "is an address with a signature (?...), but an address is entered with the process's identity. Leave out what follows "
            + "the ?, or write it as a connection string: TableEndpoint=https://...;SharedAccessSignature=...",
        _ when OtherServices.Contains(address.Host.Split('.').ElementAtOrDefault(1)) =>
            $"is the address {address.Host}, which is that of another service of the account. Set it to that of its tables: https://ACCOUNT.table.core.windows.net.",
        _ => null,
    };

    private static string? WrongConnectionString(string text)
    {
        const string Fix = "Set it to what the portal shows as the account's connection string, or to https://ACCOUNT.table.core.windows.net.";
        if (!text.Contains('=', StringComparison.Ordinal))
            return $"is neither a connection string nor an address. {Fix}";
        try
        {
            _ = new TableServiceClient(text);
            return null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or InvalidOperationException or ArgumentException)
        {
            return $"is a connection string that lacks something or has a key that is none. {Fix}";
        }
    }
}
