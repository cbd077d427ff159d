using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using CliWrap;
using CliWrap.Buffered;
using HubSpotMonitor.Local;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Tests.Local;

public sealed class LocalCommandTests
{
    [Fact]
    public async Task Help_names_every_option_every_scenario_and_examples()
    {
        var (code, output, error) = await RunAsync("--help");
        code.ShouldBe(0);
        error.ShouldBeEmpty();
        string[] words =
        [
            "--port", "--scenario", "--speed", "--data", "--real", "--connect", "--bus", "quiet", "token-theft", "slow-drain", "near-limit",
            "dead-token", "mass-delete", "forged-webhooks", "silent-webhooks", "Examples:",
        ];
        foreach (var word in words)
            output.ShouldContain(word);
    }

    [Theory]
    [InlineData(
        "There is no scenario 'flood'. Choose one of brute-force, dead-token, enterprise, forged-webhooks, guard-off, key-revealed-then-used, leaked-token, mass-delete, near-limit, orphaned-grant, quiet, rotation, scope-creep, silent-webhooks, slow-drain, starter, token-theft.",
        "--scenario",
        "flood")]
    [InlineData("--port must be between 1 and 65535.", "--port", "70000")]
    [InlineData("--speed must be between 1", "--speed", "0")]
    [InlineData("--connect is for the simulated account", "--real", "--connect")]
    [InlineData("--bus needs a connection string", "--bus", "localhost")]
    [InlineData("'--sped'", "--sped", "10")]
    [InlineData("'fast'", "--speed", "fast")]
    public async Task What_cannot_be_meant_is_refused_in_one_sentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);
        code.ShouldBe(1);
        output.ShouldBeEmpty();
        OnlyLine(error).ShouldContain(sentence);
    }

    [Fact]
    public async Task A_taken_port_is_named_and_another_one_suggested()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var (code, _, error) = await RunAsync("--port", $"{port}");
        code.ShouldBe(1);
        OnlyLine(error).ShouldBe($"Port {port} is taken by another program. Stop that program, or choose another port with --port.");
    }

    [Fact]
    public void A_port_that_is_taken_at_one_address_may_be_free_at_another()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        Should.Throw<CannotRunException>(() => Requirements.CheckPort(HostPlace.Of(port: null, $"http://0.0.0.0:{port}"))).Message
            .ShouldEndWith("choose another port with ASPNETCORE_URLS.");
        Should.NotThrow(() => Requirements.CheckPort(HostPlace.Of(port: null, $"http://[::1]:{port}")));
    }

    [Fact]
    public async Task Without_Node_it_says_where_to_get_it()
    {
        var result = await StartAsync("PATH", "/nowhere");
        result.ExitCode.ShouldBe(1);
        OnlyLine(result.StandardError).ShouldStartWith("Node.js was not found on the PATH. Install Node 20 or newer");
    }

    [Fact]
    public async Task With_a_real_account_the_environment_says_where_to_listen()
    {
        var result = await StartAsync("ASPNETCORE_URLS", "https://0.0.0.0:7071", "--real");
        result.ExitCode.ShouldBe(1);
        OnlyLine(result.StandardError).ShouldStartWith("ASPNETCORE_URLS is 'https://0.0.0.0:7071': one of its addresses must be http with a port");
    }

    private static async Task<BufferedCommandResult> StartAsync(string variable, string value, params string[] arguments)
    {
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return await Cli.Wrap(dotnet)
            .WithArguments([typeof(HubSpotMonitor.Local.Program).Assembly.Location, .. arguments])
            .WithEnvironmentVariables(new Dictionary<string, string?> { [variable] = value })
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await LocalCommand.RunAsync(arguments, output, error, TimeProvider.System, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private static string OnlyLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldHaveSingleItem();
}
