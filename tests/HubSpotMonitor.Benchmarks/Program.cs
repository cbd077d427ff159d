using HubSpotMonitor.Benchmarks;

return await BenchmarkCommand.Build(TimeProvider.System).Parse(args).InvokeAsync();
