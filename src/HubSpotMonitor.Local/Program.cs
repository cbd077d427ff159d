namespace HubSpotMonitor.Local;

public static class Program
{
    public static void Main() => Console.WriteLine("starting");
}
