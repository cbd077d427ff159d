using System.Globalization;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Functions.Api;

/// <summary>Which of the accounts in the settings a question is about.</summary>
internal static class PortalQuery
{
    public const string Wanted = "portal must be the number of an account in the settings.";

    /// <summary>The same where it need not be named.</summary>
    public const string WantedOrNone = $"{Wanted} Left out, it is all of them.";

    /// <summary>
    /// The account that a page's address names. What cannot be read, or is not in the settings, asks for nothing: a page is no form to be refused.
    /// </summary>
    public static long? OfPage(IQueryCollection parameters, IReadOnlyList<Portal> portals) =>
        long.TryParse(parameters["portal"], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && portals.Any(portal => portal.Id == id)
            ? id
            : null;

    /// <param name="request">The question.</param>
    /// <param name="scope">What is watched.</param>
    /// <param name="portal">Null: the question names none.</param>
    /// <returns>False: it names one that is not in the settings.</returns>
    public static bool TryRead(HttpRequest request, MonitorScope scope, out long? portal)
    {
        portal = null;
        if (request.Query["portal"].ToString() is not { Length: > 0 } text) return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || scope.Portals.All(one => one.Id != id)) return false;
        portal = id;
        return true;
    }
}
