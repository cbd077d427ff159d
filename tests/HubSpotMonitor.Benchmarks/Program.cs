namespace HubSpotMonitor.Benchmarks;

/// <summary>Not the nameless Program of short programs: the tests know two of these.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => BenchmarkCommand.Build(TimeProvider.System).Parse(args).InvokeAsync();
}
