namespace HubSpotMonitor.Tests.Infra;

/// <summary>What infra/ says compiles, and would deploy what is written down beside it.</summary>
public sealed class TemplateTests
{
    // The compiler reads every module on the way and tells of each.
    [Fact]
    public async Task The_compiler_and_its_linter_have_nothing_to_say() =>
        (await BicepCli.LintAsync(Path.Combine(InfraFiles.Folder, "main.bicep"))).ShouldBeEmpty();

    [Fact]
    public void Every_module_is_used()
    {
        var main = File.ReadAllText(Path.Combine(InfraFiles.Folder, "main.bicep"));

        Directory.EnumerateFiles(Path.Combine(InfraFiles.Folder, "modules"))
            .ShouldAllBe(module => main.Contains($"'modules/{Path.GetFileName(module)}'"));
    }

    [Fact]
    public async Task A_property_that_does_not_exist_is_seen()
    {
        var folder = Directory.CreateTempSubdirectory("hubspotmonitor-bicep-");
        var source = Path.Combine(folder.FullName, "wrong.bicep");
        await File.WriteAllTextAsync(source, """
            resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
              name: 'monitor'
              location: resourceGroup().location
              kind: 'StorageV2'
              sku: { name: 'Standard_ZRS' }
              properties: { allowSharedKeyAcces: false }
            }
            """, TestContext.Current.CancellationToken);

        var said = await BicepCli.LintAsync(source);

        folder.Delete(recursive: true);
        said.ShouldContain("allowSharedKeyAcces");
    }

    /// <summary>
    /// After a wanted change: bicep snapshot FILE.bicepparam --mode overwrite, with the arguments in <see cref="BicepCli"/>, and read the difference.
    /// </summary>
    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public async Task What_would_be_deployed_is_what_was_approved(string deployment)
    {
        var result = await BicepCli.ValidateAsync(InfraFiles.Parameters(deployment));

        result.ExitCode.ShouldBe(0, result.StandardOutput + result.StandardError);
        // A module that the compiler cannot look into would be missing from the prediction without an error.
        result.StandardError.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(InfraFiles.Deployments), MemberType = typeof(InfraFiles))]
    public void Every_module_was_looked_into(string deployment) =>
        InfraFiles.Prediction(deployment).GetProperty("diagnostics").GetArrayLength().ShouldBe(0);
}
