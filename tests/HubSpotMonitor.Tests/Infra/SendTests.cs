using CliWrap;
using CliWrap.Buffered;

namespace HubSpotMonitor.Tests.Infra;

/// <summary>Runs infra/send.sh with a dotnet and an az that only write down what they were asked for.</summary>
public sealed class SendTests : IDisposable
{
    private const string Published = "src/HubSpotMonitor.Functions/bin/Release/net10.0/linux-x64/publish";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hubspotmonitor-send-");

    public SendTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A script of a Unix shell.");
        foreach (var program in (string[])["dotnet", "az"])
        {
            Write(program, "#!/bin/sh\necho \"$(basename \"$0\") $*\" >> calls\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    Path.Combine(_folder.FullName, program), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        Write("infra/send.sh", File.ReadAllText(Path.Combine(InfraFiles.Folder, "send.sh")));
        Write("infra/main.bicepparam", File.ReadAllText(Path.Combine(InfraFiles.Folder, "main.bicepparam")));
    }

    [Fact]
    public async Task It_publishes_packs_and_sends()
    {
        (await SendAsync(subscription: null)).ExitCode.ShouldBe(0);

        Calls().ShouldBe(
        [
            "dotnet publish src/HubSpotMonitor.Functions -c Release",
            "dotnet build src/HubSpotMonitor.Functions -c Release --no-restore -t:Zip",
            "az functionapp deployment source config-zip --resource-group rg --name func --src app.zip",
        ]);
    }

    [Fact]
    public async Task It_sends_to_the_subscription_that_azd_deployed_to()
    {
        (await SendAsync("0000-1")).ExitCode.ShouldBe(0);

        Calls()[^1].ShouldBe("az functionapp deployment source config-zip --subscription 0000-1 --resource-group rg --name func --src app.zip");
    }

    [Theory]
    [InlineData("param settings = { Posture__RegistryFile: 'access-registry.yaml' }", false, false)]
    [InlineData("param settings = { Posture__RegistryFile: 'access-registry.yaml' }", true, true)]
    [InlineData("// param settings = { Posture__RegistryFile: 'access-registry.yaml' }", false, true)]
    public async Task A_package_without_the_list_that_the_settings_name_is_not_sent(string parameter, bool isPacked, bool isSent)
    {
        Write("infra/main.bicepparam", $"using 'main.bicep'\n{parameter}\n");
        if (isPacked) Write($"{Published}/access-registry.yaml", "credentials: []\n");

        var result = await SendAsync(subscription: null);

        (result.ExitCode == 0).ShouldBe(isSent);
        Calls().Any(call => call.StartsWith("az ", StringComparison.Ordinal)).ShouldBe(isSent);
        if (!isSent) result.StandardError.ShouldContain("set the environment variable AccessRegistry");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<BufferedCommandResult> SendAsync(string? subscription) => await Cli.Wrap("/bin/sh")
        .WithArguments(["infra/send.sh", "rg", "func"])
        .WithWorkingDirectory(_folder.FullName)
        .WithEnvironmentVariables(new Dictionary<string, string?>
        {
            ["PATH"] = $"{_folder.FullName}:/usr/local/bin:/usr/bin:/bin",
            ["AZURE_SUBSCRIPTION_ID"] = subscription,
        })
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    private string[] Calls()
    {
        var calls = Path.Combine(_folder.FullName, "calls");
        return File.Exists(calls) ? File.ReadAllLines(calls) : [];
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
