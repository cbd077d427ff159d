using HubSpotMonitor.Functions.Hosting;

try
{
    await using var app = MonitorApp.Create(args);
    StartRefusal.CheckSettings(app.Services);
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (StartRefusal.Explain(exception) is { Count: > 0 } sentences)
{
    foreach (var sentence in sentences)
        await Console.Error.WriteLineAsync($"Cannot start: {sentence}");
    return 1;
}
