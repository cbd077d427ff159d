using System.Runtime.CompilerServices;

namespace HubSpotMonitor.Tests.Delivery;

/// <summary>Compares a rendering with the file that somebody looked at and approved.</summary>
internal static class Approved
{
    public static void ShouldMatch(string rendering, string file, [CallerFilePath] string caller = "")
    {
        var approved = Path.Combine(Path.GetDirectoryName(caller)!, "Approved", file);
        var received = approved + ".received";
        File.Delete(received);
        if (File.Exists(approved) && File.ReadAllText(approved) == rendering)
            return;

        File.WriteAllText(received, rendering);
        Assert.Fail($"The rendering differs from Approved/{file}. Look at {file}.received; if it is right, move it over {file}.");
    }
}
