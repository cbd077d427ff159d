using System.Globalization;
using System.Web;

namespace HubSpotMonitor.Tests.Connect;

/// <summary>Somebody before HubSpot's page.</summary>
internal static class Person
{
    private static readonly HttpClient Browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>Chooses an account and agrees, or does not.</summary>
    /// <returns>Where the browser is sent.</returns>
    public static async Task<Uri> AnswerAsync(Uri address, long account, bool agrees = true)
    {
        (await Browser.GetStringAsync(address, TestContext.Current.CancellationToken)).ShouldContain("Connect app");
        var asked = HttpUtility.ParseQueryString(address.Query);
        var form = asked.AllKeys.ToDictionary(name => name!, name => asked[name]!);
        form["account"] = account.ToString(CultureInfo.InvariantCulture);
        form["agree"] = agrees ? "yes" : "no";
        using var content = new FormUrlEncodedContent(form);
        using var answer = await Browser.PostAsync(address.GetLeftPart(UriPartial.Path), content, TestContext.Current.CancellationToken);
        return answer.Headers.Location.ShouldNotBeNull();
    }

    public static string? Parameter(Uri address, string name) => HttpUtility.ParseQueryString(address.Query)[name];
}
