using System.Xml.Linq;
using HubSpotMonitor.Connect;
using HubSpotMonitor.Functions.SignIn;
using HubSpotMonitor.Store;
using HubSpotMonitor.Store.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Connect;

/// <summary>
/// ASP.NET Core's Data Protection with its keys in a table, so that every host opens what another has encrypted. The keys are not wrapped by a
/// Key Vault key (the package for it, Azure.Extensions.AspNetCore.DataProtection.Keys, cannot be restored from the registry that this is built
/// against): where there is a vault, the tokens lie in the vault itself, and none of this is used for them. The cookies of people who signed in
/// by password are encrypted by the same keys.
/// </summary>
internal static class KeyRing
{
    // Fixed: the default is the folder that the host lies in, and a move would make every grant unreadable.
    private const string Application = "HubSpotMonitor";

    /// <summary>Nothing where nothing is encrypted: the keys are read at the start, and the start shall not wait for them.</summary>
    public static void AddKeyRing(this IServiceCollection services, IConfiguration configuration, FrontDoor door)
    {
        var keepsGrants = !string.IsNullOrWhiteSpace(configuration[$"Connect:{nameof(ConnectOptions.ClientId)}"])
            && string.IsNullOrEmpty(configuration[$"Store:{nameof(StoreOptions.KeyVaultUrl)}"]);
        if (!keepsGrants && door.Mode != SignInMode.Password)
            return;

        services.AddDataProtection().SetApplicationName(Application);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(
                options => options.XmlRepository = new TableXmlRepository(provider.GetRequiredService<KeyRingTable>())));
        if (keepsGrants)
            services.AddSingleton(provider => Protector(provider.GetRequiredService<IDataProtectionProvider>()));
    }

    // The name is part of the key: what belongs to one account opens for no other.
    private static SecretProtector Protector(IDataProtectionProvider provider) => new(
        (name, secret) => provider.CreateProtector(Application, name).Protect(secret),
        (name, kept) => provider.CreateProtector(Application, name).Unprotect(kept));

    private sealed class TableXmlRepository(KeyRingTable table) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => [.. table.Read().Select(XElement.Parse)];

        public void StoreElement(XElement element, string friendlyName) => table.Write(friendlyName, element.ToString(SaveOptions.DisableFormatting));
    }
}
