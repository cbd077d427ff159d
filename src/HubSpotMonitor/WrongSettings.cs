using Microsoft.Extensions.Options;

namespace HubSpotMonitor;

/// <summary>What a section's validator found.</summary>
public static class WrongSettings
{
    /// <param name="wrong">A sentence for each setting that is wrong; none: the section is good.</param>
    public static ValidateOptionsResult ToResult(this IEnumerable<string> wrong)
    {
        IReadOnlyList<string> all = [.. wrong];
        return all.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(all);
    }
}
