using System.ComponentModel.DataAnnotations;

namespace ChatOrleans.Silo.Storage.AzureTables;

/// <summary>Which Azure storage account holds the data of a cluster; configuration section <c>Storage</c>.</summary>
public sealed class AzureTablesOptions : IValidatableObject
{
    public const string Section = StorageOptions.Section;

    /// <summary>
    /// A connection string, or the address of the account's tables (<c>https://account.table.core.windows.net</c>), which is then
    /// entered with the process's managed identity. No default.
    /// </summary>
    [Required(ErrorMessage = "Storage:AzureTables is empty. It says where the tables are. Set it to a connection string, or to https://ACCOUNT.table.core.windows.net.")]
    public string AzureTables { get; set; } = "";

    /// <summary>What the names of our tables begin with. Default <c>chat</c>; change it where two clusters share one account.</summary>
    [RegularExpression("[A-Za-z][A-Za-z0-9]{0,49}", ErrorMessage = "Storage:TablePrefix must be 1 to 50 letters and digits, a letter first.")]
    public string TablePrefix { get; set; } = "chat";

    /// <summary>How many owners' heads each member remembers. Default 100,000, so that a write of an active one reads nothing.</summary>
    [Range(100, 100_000_000, ErrorMessage = "Storage:CachedHeads must be 100 to 100000000. Set it to the number of conversations and users active at once.")]
    public int CachedHeads { get; set; } = 100_000;

    internal bool IsAddress => Uri.TryCreate(AzureTables, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsAddress && !AzureTables.Contains('=', StringComparison.Ordinal))
            yield return new ValidationResult(
                "Storage:AzureTables is neither a connection string nor an address. Set it to one, or to https://ACCOUNT.table.core.windows.net.");
    }
}
