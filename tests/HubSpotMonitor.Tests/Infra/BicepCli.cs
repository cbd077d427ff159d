using System.Reflection;
using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>The Bicep compiler, from its package: it needs no network.</summary>
internal static class BicepCli
{
    private static readonly string Program = typeof(BicepCli).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(item => item.Key == "Bicep").Value!;

    /// <summary>
    /// Everything it says about a file. It ends with 0 also where it warns, and a wrong property is only a warning, so what it says is what counts.
    /// </summary>
    public static async Task<string> LintAsync(string path)
    {
        var result = await RunAsync("lint", path);
        return result.StandardOutput + result.StandardError;
    }

    /// <summary>What would be deployed, held against the file beside the parameters.</summary>
    public static Task<BufferedCommandResult> ValidateAsync(string parameters) => SnapshotAsync(parameters, "validate");

    /// <summary>The same for one name of everything, so that names are the same on every machine.</summary>
    public static Task<BufferedCommandResult> SnapshotAsync(string parameters, string mode) => RunAsync(
        "snapshot", parameters, "--mode", mode,
        "--subscription-id", "00000000-0000-0000-0000-000000000001", "--tenant-id", "00000000-0000-0000-0000-000000000002",
        "--resource-group", "rg-hsmon-prod", "--location", "westeurope", "--deployment-name", "main");

    private static async Task<BufferedCommandResult> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The package with the Bicep compiler is the one for Linux.");
        return await Cli.Wrap(Program)
            .WithArguments(arguments)
            // A developer's azd environment would change the names.
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["AZURE_ENV_NAME"] = null, ["SIGN_IN_CLIENT_ID"] = null })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
    }
}
