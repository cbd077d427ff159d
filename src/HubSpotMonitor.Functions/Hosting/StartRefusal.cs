using System.Net.Sockets;
using HubSpotMonitor.Signals;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Functions.Hosting;

/// <summary>A reason not to start that a person can put right: told as a sentence, without a stack trace.</summary>
internal sealed class StartRefusal(string sentence) : Exception(sentence)
{
    // The configuration binder's sentence: "Failed to convert configuration value 'fast' at 'Clock:Speed' to type 'System.Double'."
    private const string BinderBegins = "Failed to convert configuration value";
    private const string BinderPlace = " at '";
    private const string BinderType = "' to type '";

    /// <summary>Before the host starts, since it would log the exception with its stack trace.</summary>
    public static void CheckSettings(IServiceProvider services) => services.GetService<IStartupValidator>()?.Validate();

    /// <summary>
    /// One sentence per thing that is wrong, without a secret that stands in the wrong place; none when the exception is a fault of ours.
    /// </summary>
    public static IReadOnlyList<string> Explain(Exception exception) => [.. Sentences(exception).Select(SecretPatterns.Redact).Distinct()];

    private static IEnumerable<string> Sentences(Exception exception) => exception switch
    {
        StartRefusal => [exception.Message],
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => Explain(inner).Count > 0) =>
            several.InnerExceptions.SelectMany(Sentences),
        // The configuration binder: a setting that is not a number, a time, an address.
        InvalidOperationException { InnerException: not null } when exception.Message.StartsWith(BinderBegins, StringComparison.Ordinal) =>
            [OfBinder(exception.Message)],
        IOException { InnerException: AddressInUseException } =>
            [$"{exception.Message.TrimEnd('.')}. Stop the other program, or set ASPNETCORE_URLS to another address."],
        SocketException => [$"The address to listen on cannot be used: {exception.Message}."],
        FormatException when exception.Message.Contains("URL", StringComparison.OrdinalIgnoreCase) => [exception.Message],
        _ => [],
    };

    // Never the value: it may be a secret of any form. It may hold the binder's own words too, so place and type are looked for from the end.
    private static string OfBinder(string message)
    {
        var type = message.LastIndexOf(BinderType, StringComparison.Ordinal);
        var place = message.LastIndexOf(BinderPlace, StringComparison.Ordinal);
        return place < 0 || type < place + BinderPlace.Length
            ? "A setting cannot be read: one that wants a number, a time or an address holds something else."
            : $"{message[(place + BinderPlace.Length)..type]} cannot be read: write {Wanted(message[(type + BinderType.Length)..].TrimEnd('.', '\''))}.";
    }

    private static string Wanted(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.TimeSpan" => "a length of time, for example 00:05:00",
        "System.DateTimeOffset" => "a point in time, for example 2026-11-02T00:00:00Z",
        "System.Uri" => "an address, for example https://monitor.example.com/",
        _ when typeof(WrongSettings).Assembly.GetType(type) is { IsEnum: true } words => $"one of {string.Join(", ", Enum.GetNames(words))}",
        _ => "it as local.settings.sample.json shows",
    };
}
