namespace HubSpotMonitor.Local;

public static class Program
{
    public static Task<int> Main(string[] args) => LocalCommand.RunAsync(args, Console.Out, Console.Error, TimeProvider.System);
}
