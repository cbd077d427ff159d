using System.Net;
using HubSpotMonitor.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Section <c>SignIn</c>: passwords of the page and the API on one machine. In Azure the platform signs people in.</summary>
internal sealed class SignInOptions
{
    public const string Section = "SignIn";

    /// <summary>Opens everything. Without it only this machine is answered.</summary>
    public string? Password { get; set; }

    /// <summary>Opens pages and data for reading; none: there are no readers.</summary>
    public string? ReaderPassword { get; set; }
}

internal sealed class SignInOptionsCheck(HostMode mode, IConfiguration configuration) : IValidateOptions<SignInOptions>
{
    // Ten attempts in five minutes and twelve letters: a word list needs years.
    private const int ShortestPassword = 12;

    public ValidateOptionsResult Validate(string? name, SignInOptions options) =>
        (mode.IsCustomHandler ? OfDeployed(options) : OfMachine(options)).ToResult();

    private static IReadOnlyList<string> OfDeployed(SignInOptions options) =>
        options is { Password: null or "", ReaderPassword: null or "" }
            ? []
            : ["SignIn is set, but a deployed monitor is entered by the platform's sign-in only: remove the section SignIn."];

    private List<string> OfMachine(SignInOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrEmpty(options.Password) && ListenAddress.FirstOpen(configuration) is { } open)
        {
            failures.Add(
                $"SignIn:Password is missing: {open}, so others than this machine could come in. Set it, or let this machine only reach the host.");
        }
        if (string.IsNullOrEmpty(options.Password) && !string.IsNullOrEmpty(options.ReaderPassword))
            failures.Add("SignIn:Password is missing: with SignIn:ReaderPassword alone nobody could act.");
        if (options.Password is { Length: > 0 and < ShortestPassword })
            failures.Add($"SignIn:Password is too short: it must have at least {ShortestPassword} letters.");
        if (options.ReaderPassword is { Length: > 0 and < ShortestPassword })
            failures.Add($"SignIn:ReaderPassword is too short: it must have at least {ShortestPassword} letters.");
        if (options.Password is { Length: > 0 } password && password == options.ReaderPassword)
            failures.Add("SignIn:ReaderPassword is the same as SignIn:Password: then every reader could act.");
        return failures;
    }
}

/// <summary>Whether the settings let others than this machine reach the host.</summary>
internal static class ListenAddress
{
    // Where HubSpot's servers, or people at other machines, are to reach it: then something in front passes on what others ask, and need not say so.
    private static readonly string[] PublicAddresses = ["Webhooks:PublicUrl", "Alerting:DashboardUrl", "Connect:RedirectUrl"];

    /// <summary>The names by which others are told to ask, beside those of this machine.</summary>
    public static IEnumerable<string> NamedHosts(IConfiguration configuration) =>
        PublicUrls(configuration).Select(url => url.Host).Concat(AllowedHosts(configuration)).Distinct();

    /// <summary>The https ones among the addresses at which others ask.</summary>
    public static IEnumerable<Uri> Encrypted(IConfiguration configuration) =>
        PublicUrls(configuration).Where(url => url.Scheme == Uri.UriSchemeHttps);

    /// <returns>What opens it, as half a sentence; null: nothing does.</returns>
    public static string? FirstOpen(IConfiguration configuration)
    {
        var addresses = (configuration[WebHostDefaults.ServerUrlsKey] ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? ""));
        if (addresses.FirstOrDefault(address => address.Length > 0 && !IsLocal(BindingAddress.Parse(address))) is { } address)
            return $"the host is to listen at {address}";

        // A name of its own means that something in front of the host passes on what others ask.
        if (AllowedHosts(configuration).FirstOrDefault(host => !IsLoopback(host)) is { } name)
            return $"the host is to answer to the name {name} (AllowedHosts)";
        return PublicAddresses.FirstOrDefault(setting => PublicUrl(configuration, setting) is not null) is { } open
            ? $"others ask at {PublicUrl(configuration, open).Shown()} ({open})"
            : null;
    }

    private static string[] AllowedHosts(IConfiguration configuration) =>
        (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<Uri> PublicUrls(IConfiguration configuration) =>
        PublicAddresses.Select(setting => PublicUrl(configuration, setting)).OfType<Uri>();

    private static Uri? PublicUrl(IConfiguration configuration, string setting) =>
        Uri.TryCreate(configuration[setting], UriKind.Absolute, out var url) && !url.IsLoopback ? url : null;

    private static bool IsLocal(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe || IsLoopback(address.Host);

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
