using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Whether a question for a proof can be asked. No sentence repeats what was sent.</summary>
internal static class RotationQuestion
{
    private const int LongestText = 100;

    // HubSpot's access tokens have up to some 600 letters; the shortest that can be told by a fingerprint, 20.
    private const int ShortestSecret = 20;
    private const int LongestSecret = 2000;

    /// <returns>Null: it can.</returns>
    public static string? Check(string id, RotationBody? body)
    {
        if (body is not { Old: { } old, New: { } secret, By: { } by })
            return "The body must be a JSON object with old, new and by.";
        if (!IsSecret(old) || !IsSecret(secret))
            return $"old and new must be secrets of {ShortestSecret} to {LongestSecret} letters without blanks.";
        if (old == secret)
            return "old and new are the same: nothing was rotated.";
        if (!IsName(by) || !IsName(id))
            return $"by and the credential's id must have 1 to {LongestText} letters and no line breaks.";

        // They are stored and shown: a secret in the wrong field must not get there.
        var holdsSecret = new[] { by, id }.Any(text =>
            SecretPatterns.Find(text).Count > 0
            || text.Contains(old, StringComparison.OrdinalIgnoreCase)
            || text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        return holdsSecret ? "by or the credential's id holds a secret: give names." : null;
    }

    private static bool IsSecret(string text) =>
        text.Length is >= ShortestSecret and <= LongestSecret && text.All(letter => letter is > ' ' and <= '~');

    private static bool IsName(string text) => text.Trim().Length is > 0 and <= LongestText && !text.Any(char.IsControl);
}
