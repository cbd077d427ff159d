using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Store;

/// <summary>Section <c>Store</c>: where the tables are. Exactly one of the first two is set.</summary>
public sealed class StoreOptions
{
    /// <summary>For Azurite, or a storage account with a key.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The name of a storage account that the monitor's own identity may use; no key anywhere.</summary>
    public string? AccountName { get; set; }

    /// <summary>Put before every table's name, where several monitors share a storage account.</summary>
    public string TablePrefix { get; set; } = "";

    /// <summary>
    /// The Key Vault that keeps the tokens of accounts connected by OAuth; the monitor's identity needs the role Key Vault Secrets Officer.
    /// Not set: they lie encrypted in the tables, and the keys to them in another table.
    /// </summary>
    public Uri? KeyVaultUrl { get; set; }

    /// <summary>
    /// How many days readings and deliveries are kept: 13 months and a bit, so that a season can be held against the last. Alerts stay.
    /// </summary>
    public int KeepDays { get; set; } = 400;
}

internal sealed partial class StoreOptionsValidator : IValidateOptions<StoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StoreOptions options)
    {
        List<string> wrong = [];
        if (string.IsNullOrWhiteSpace(options.ConnectionString) == string.IsNullOrWhiteSpace(options.AccountName))
            wrong.Add("Store: set either Store__ConnectionString (Azurite or an account key) or Store__AccountName (managed identity).");
        else if (options.AccountName is { Length: > 0 } account && !AccountName().IsMatch(account))
            wrong.Add($"Store:AccountName is '{account}': a storage account's name has 3 to 24 small letters and digits.");
        else if (options.ConnectionString is { Length: > 0 } connection && !IsConnectionString(connection))
            wrong.Add("Store:ConnectionString is not a storage connection string; it looks like DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…");
        if (!Prefix().IsMatch(options.TablePrefix))
            wrong.Add($"Store:TablePrefix is '{options.TablePrefix}': use at most 40 letters and digits, a letter first.");
        if (options.KeyVaultUrl is { } vault && (!vault.IsAbsoluteUri || vault.Scheme != Uri.UriSchemeHttps))
            wrong.Add($"Store:KeyVaultUrl is '{vault.Shown()}': write the vault's https address, for example https://my-vault.vault.azure.net/.");
        // The model learns from 28 days.
        if (options.KeepDays is < 35 or > 3650) wrong.Add($"Store:KeepDays is {options.KeepDays}: choose between 35 and 3650.");
        return wrong.ToResult();
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^[a-z0-9]{3,24}\z")]
    private static partial Regex AccountName();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9]{0,39})?\z")]
    private static partial Regex Prefix();
}
