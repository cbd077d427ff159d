namespace HubSpotMonitor.Functions.Api;

/// <summary>A filter that takes one of a few words.</summary>
internal static class WordQuery
{
    /// <param name="parameters">Those of the address.</param>
    /// <param name="name">Which of them.</param>
    /// <param name="word">Null: the question names none, or one that is not among them.</param>
    /// <returns>False: it names one that is not among them.</returns>
    public static bool TryRead<T>(IQueryCollection parameters, string name, out T? word)
        where T : struct, Enum
    {
        word = null;
        if (parameters[name].ToString() is not { Length: > 0 } text) return true;
        // Only letters: a number, or several words, would be read as some word that nobody named.
        if (!text.All(char.IsAsciiLetter) || !Enum.TryParse<T>(text, ignoreCase: true, out var known)) return false;
        word = known;
        return true;
    }

    public static string Wanted<T>(string name)
        where T : struct, Enum => $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}.";
}
