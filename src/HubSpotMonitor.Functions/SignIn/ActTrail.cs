namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Writes into the log who did what leaves no row that names them; what is done with an alert stands in the alert's own history.</summary>
internal sealed partial class ActTrail(Viewer viewer, ILogger<ActTrail> logger)
{
    /// <param name="what">As the rest of a sentence: <c>ended the silence of Ada …</c>. No secret.</param>
    public void Note(string what) => Did(viewer.Name ?? "Somebody without a name", what);

    public void NoteRedrive(string id, bool isDone) => Note($"{(isDone ? "sent" : "tried in vain to send")} the dead letter {id} again");

    [LoggerMessage(LogLevel.Information, "{Person} {What}.")]
    private partial void Did(string person, string what);
}
