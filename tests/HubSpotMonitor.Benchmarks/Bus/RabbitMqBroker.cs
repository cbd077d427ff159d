using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Local.Parts;

namespace HubSpotMonitor.Benchmarks.Bus;

/// <summary>
/// RabbitMQ with its plugin for AMQP 1.0, as Debian has it, as a process of ours on this machine's own address: a broker that we did not write.
/// The topic is a fanout exchange, a subscription a quorum queue with dead letters of its own.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    public const string Topic = "/exchange/alerts";
    public const string Subscription = "/amq/queue/alerts%2FSubscriptions%2F{channel}";
    public const string DeadLetters = "/amq/queue/alerts%2FSubscriptions%2F{channel}%2F$deadletterqueue";

    private const string User = "monitor";
    private const string Password = "on-this-machine-only";
    private const string Server = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("rabbit-").FullName;
    private readonly int _port = FreePort.Next();
    private readonly int _epmd = FreePort.Next();
    private readonly int _dist = FreePort.Next();
    private readonly Process _names;
    private Process? _process;

    // A name server of our own, in the foreground: the one that a broker starts for itself would outlive it.
    private RabbitMqBroker()
    {
        var start = new ProcessStartInfo("epmd", ["-port", _epmd.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _names = Process.Start(start)!;
    }

    public static bool IsInstalled => File.Exists(Server);

    public string ConnectionString =>
        string.Create(CultureInfo.InvariantCulture, $"Endpoint=amqp://127.0.0.1:{_port};SharedAccessKeyName={User};SharedAccessKey={Password}");

    /// <summary>What the bus's halves need to find it.</summary>
    public BusOptions Options => new()
    {
        ConnectionString = ConnectionString,
        Broker = BusBroker.Plain,
        Topic = Topic,
        Subscription = Subscription,
        DeadLetters = DeadLetters,
    };

    private string PidFile => Path.Combine(_directory, "pid");

    /// <param name="channels">Each gets a queue, and one for its dead letters.</param>
    /// <param name="isQuorum">
    /// Quorum queues count deliveries. One that is to be killed needs classic ones: RabbitMQ 3.10.8's quorum queues were seen to stay without a
    /// leader after a kill, as its log said.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting for it.</param>
    public static async Task<RabbitMqBroker> StartAsync(IReadOnlyCollection<string> channels, bool isQuorum, CancellationToken cancellationToken)
    {
        var broker = new RabbitMqBroker();
        await File.WriteAllTextAsync(broker.At("plugins"), "[rabbitmq_amqp1_0].", cancellationToken);
        await File.WriteAllTextAsync(broker.At("definitions.json"), Definitions(channels, isQuorum), cancellationToken);
        var settings = string.Create(CultureInfo.InvariantCulture,
            $"listeners.tcp.default = 127.0.0.1:{broker._port}\nload_definitions = {broker.At("definitions.json")}\nlog.console = false\n");
        await File.WriteAllTextAsync(broker.At("rabbitmq.conf"), settings, cancellationToken);
        await broker.StartAsync(cancellationToken);
        return broker;
    }

    /// <summary>As a power failure would: nothing is written down any more.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await _process!.WaitForExitAsync();
    }

    /// <summary>Still connected, but says nothing.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        File.Delete(PidFile);
        var start = new ProcessStartInfo(Server) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Environment()) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!await IsListeningAsync(limit.Token)) await Task.Delay(100, limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await SignalAsync("CONT");
            await KillAsync();
        }
        _process?.Dispose();
        _names.Kill();
        await _names.WaitForExitAsync();
        _names.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private string At(string name) => Path.Combine(_directory, name);

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = _directory,
        ["RABBITMQ_NODENAME"] = string.Create(CultureInfo.InvariantCulture, $"monitor{_port}@localhost"),
        ["RABBITMQ_MNESIA_BASE"] = At("data"),
        ["RABBITMQ_LOG_BASE"] = At("log"),
        ["RABBITMQ_PID_FILE"] = PidFile,
        ["RABBITMQ_CONFIG_FILE"] = At("rabbitmq.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = At("plugins"),
        ["RABBITMQ_DIST_PORT"] = _dist.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = _epmd.ToString(CultureInfo.InvariantCulture),
    };

    // The broker is a child of the script that was started.
    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", (await File.ReadAllTextAsync(PidFile)).Trim()]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsListeningAsync(CancellationToken cancellationToken)
    {
        if (_process!.HasExited) throw new InvalidOperationException($"RabbitMQ ended with code {_process.ExitCode}; its log is in {At("log")}.");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
            return File.Exists(PidFile);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Definitions(IReadOnlyCollection<string> channels, bool isQuorum)
    {
        var queues = channels.Select(channel => $"alerts/Subscriptions/{channel}").ToList();
        return JsonSerializer.Serialize(new
        {
            users = new[] { new { name = User, password_hash = Hash(), hashing_algorithm = "rabbit_password_hashing_sha256", tags = "" } },
            vhosts = new[] { new { name = "/" } },
            permissions = new[] { new { user = User, vhost = "/", configure = ".*", write = ".*", read = ".*" } },
            exchanges = new[] { Exchange("alerts", "fanout"), Exchange("dead", "direct") },
            queues = queues.SelectMany(queue => new[] { Queue(queue, isQuorum, queue), Queue($"{queue}/$deadletterqueue", isQuorum: false) }),
            bindings = queues.SelectMany(queue => new[] { Binding("alerts", queue, ""), Binding("dead", $"{queue}/$deadletterqueue", queue) }),
        });
    }

    private static object Exchange(string name, string type) =>
        new { name, vhost = "/", type, durable = true, auto_delete = false, @internal = false, arguments = new { } };

    private static object Queue(string name, bool isQuorum, string? deadLetterKey = null)
    {
        Dictionary<string, object> arguments = [];
        if (isQuorum) (arguments["x-queue-type"], arguments["x-delivery-limit"]) = ("quorum", 9);
        if (deadLetterKey is not null) (arguments["x-dead-letter-exchange"], arguments["x-dead-letter-routing-key"]) = ("dead", deadLetterKey);
        return new { name, vhost = "/", durable = true, auto_delete = false, arguments };
    }

    private static object Binding(string source, string destination, string key) =>
        new { source, vhost = "/", destination, destination_type = "queue", routing_key = key, arguments = new { } };

    // https://www.rabbitmq.com/docs/passwords: four bytes of salt, then SHA-256 over salt and password.
    private static string Hash()
    {
        byte[] salt = [1, 2, 3, 4];
        return Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(Password)])]);
    }
}
