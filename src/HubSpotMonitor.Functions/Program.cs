using System.Globalization;
using HubSpotMonitor.Functions.Hosting;
using HubSpotMonitor.Webhooks;

// Sentences, ids and rows are the same wherever it runs: a Finnish machine would write 02.10.00 and 3,5.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
try
{
    await using var app = MonitorApp.Create(args);
    StartRefusal.CheckSettings(app.Services);
    // Made now, so that a warning about weak signatures stands at the start and not after the first forgery.
    _ = app.Services.GetRequiredService<SignatureCheck>();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartRefusal.Explain(exception) is { Count: > 0 } sentences)
{
    foreach (var sentence in sentences)
        await Console.Error.WriteLineAsync($"Cannot start: {sentence}");
    return 1;
}
