namespace HubSpotMonitor.Local.Parts;

internal static class FirstAnswer
{
    /// <summary>Waits until a server answers anything at all. False: its process ended before it did.</summary>
    public static async Task<bool> WaitAsync(Uri address, Task exited, TimeSpan lookAgain, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!exited.IsCompleted)
        {
            try
            {
                using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.WhenAny(exited, Task.Delay(lookAgain, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return false;
    }
}
