namespace HubSpotMonitor.Benchmarks;

// A name of its own: the tests see this assembly beside the Functions host's, whose Program they start.
internal static class Program
{
    private static Task<int> Main(string[] args) => BenchmarkCommand.Build(TimeProvider.System).Parse(args).InvokeAsync();
}
