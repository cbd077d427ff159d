using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>A reason not to start that a person can put right: told as a sentence, without a stack trace.</summary>
internal sealed class StartRefusal(string sentence) : Exception(sentence)
{
    /// <summary>Before the host starts, since it would log the exception with its stack trace.</summary>
    public static void CheckSettings(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();

    /// <summary>One sentence per thing that is wrong; none when the exception is a fault of ours.</summary>
    public static IReadOnlyList<string> Explain(Exception exception) => [.. Sentences(exception).Distinct()];

    private static IEnumerable<string> Sentences(Exception exception) => exception switch
    {
        StartRefusal => [exception.Message],
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => Explain(inner).Count > 0) => several.InnerExceptions.SelectMany(Sentences),
        // The configuration binder: a setting that is not a number, a time, an address.
        InvalidOperationException { InnerException: FormatException or ArgumentException } => [exception.Message],
        IOException { InnerException: AddressInUseException } =>
            [$"{exception.Message.TrimEnd('.')}. Stop the other program, or set ASPNETCORE_URLS to another address."],
        SocketException => [$"The address to listen on cannot be used: {exception.Message}."],
        FormatException when exception.Message.Contains("URL", StringComparison.OrdinalIgnoreCase) => [exception.Message],
        _ => [],
    };
}
