using System.Net;

namespace HubSpotMonitor.Local.Simulation.OAuth;

/// <summary>The page where a person chooses an account and agrees. Plain on purpose: it only stands in for HubSpot's.</summary>
internal static class AuthorizePage
{
    public const string Wrong = "<!DOCTYPE html><title>Simulated HubSpot</title><p>client_id, redirect_uri and scope are needed.";

    private static readonly string[] Carried = ["client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method"];

    public static string Of(IQueryCollection query, IReadOnlyList<(long Id, string Name)> accounts)
    {
        var carried = Carried
            .Where(query.ContainsKey)
            .Select(name => $"""<input type="hidden" name="{name}" value="{Text(query[name].ToString())}">""");
        var choices = accounts.Select(account => $"""<option value="{account.Id}">{Text(account.Name)} ({account.Id})</option>""");
        var scopes = query["scope"].ToString().Split(' ').Select(scope => $"<li><code>{Text(scope)}</code></li>");
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Simulated HubSpot</title></head>
            <body>
            <h1>Simulated HubSpot</h1>
            <form method="post">
            {string.Concat(carried)}
            <p><label>Account <select name="account">{string.Concat(choices)}</select></label></p>
            <p>HubSpotMonitor asks for:</p>
            <ul>{string.Concat(scopes)}</ul>
            <p><button name="agree" value="yes">Connect app</button> <button name="agree" value="no">Cancel</button></p>
            </form>
            </body>
            </html>
            """;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
