using System.Net;
using System.Text;
using HubSpotMonitor.HubSpot;
using HubSpotMonitor.Polling;
using HubSpotMonitor.Signals;
using HubSpotMonitor.Store;
using Microsoft.Extensions.Options;
using static HubSpotMonitor.Benchmarks.Fuzz.BrokenPromiseException;

namespace HubSpotMonitor.Benchmarks.Fuzz.Targets;

/// <summary>
/// HubSpot's answers. An input is a status, headers, an empty line and a body, as on the wire; trouble is an outcome and never another exception than
/// the client's own.
/// </summary>
internal static class HubSpotTargets
{
    private const long Portal = 4711;
    private const string Token = "pat-na1-00000000-0000-4000-8000-00000000feed";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly OAuthApp App = new("c0000000-0000-4000-8000-000000000001", "5ec0de00-0000-4000-8000-000000000001");

    /// <summary>
    /// Readings are of this account, finite, not negative and of a sensible time; no figure is never good; no sentence holds the token.
    /// </summary>
    public static FuzzTarget Usage() => new("usage-reply", input =>
    {
        var client = Client(input);
        var poll = Done(new UsagePoller(client, new AccountCheck(client)).PollAsync(
            new() { Id = Portal, Name = "Acme", Token = Token }, Token, Now, CancellationToken.None));
        ThrowUnless(poll.Outcome is not (PollOutcome.Good or PollOutcome.Partial) || poll.Readings.Count > 0, "A poll without a figure is good.");
        ThrowUnless(poll.Outcome == PollOutcome.Good || !string.IsNullOrWhiteSpace(poll.Says), "Trouble has no sentence.");
        ThrowUnless(poll.Says?.Contains(Token, StringComparison.Ordinal) != true, "The sentence holds the token.");
        foreach (var reading in poll.Readings)
        {
            ThrowUnless(
                reading.Portal == Portal
                    && double.IsFinite(reading.Value)
                    && reading.Value >= 0
                    && reading.Limit is null or (>= 0 and < double.PositiveInfinity),
                $"{reading} is no count.");
            ThrowUnless(reading.At > Now.AddYears(-1) && reading.At <= Now.AddMinutes(5), $"{reading.At:u} is no time of a figure.");
            _ = Keys.Checked(Keys.ReadingPartition(reading.Portal, reading.Metric, reading.Subject, reading.At));
        }
        return $"{poll.Outcome} {string.Join(',', poll.Readings.Select(reading => $"{reading.Metric}{reading.Quality}"))} {poll.Clock is null} {poll.Says?[..Math.Min(30, poll.Says.Length)]}";
    });

    /// <summary>What is told of an event fits into a row, on a line, and its time can be.</summary>
    public static FuzzTarget Activity() => new("activity-reply", input =>
    {
        List<string> kinds = [];
        foreach (var feed in Enum.GetValues<ActivityFeed>())
        {
            var client = Client(input);
            var page = First(new ActivityPoller(client, new AccountCheck(client)).ReadAsync(
                new() { Id = Portal, Token = Token }, feed, new(Now.AddDays(-1), Now, false), Token, Now, CancellationToken.None));
            ThrowUnless(page.Unreadable >= 0 && page.Impossible >= 0 && page.After is null or { Length: > 0 }, "It is no page.");
            foreach (var item in page.Events) CheckEvent(item, feed);
            kinds.Add($"{page.Access} {Math.Min(page.Events.Count, 5)} {page.Unreadable > 0} {page.Impossible > 0} {page.After is null}");
        }
        return string.Join(", ", kinds);
    });

    /// <summary>Always a snapshot with a word about each of the three sources.</summary>
    public static FuzzTarget Access() => new("access-reply", input =>
    {
        var client = Client(input);
        var snapshot = Done(new AccessPoller(client, new AccountCheck(client)).PollAsync(
            new() { Id = Portal, Token = Token }, Token, null, Now, CancellationToken.None));
        ThrowUnless(snapshot.Sources.Select(source => source.Source).Distinct().Count() == 3 && snapshot.Portal == Portal, "A source is missing.");
        ThrowUnless(
            snapshot.Sources.All(source => source.Access == SourceAccess.Read || !string.IsNullOrWhiteSpace(source.Says)),
            "Trouble has no sentence.");
        return $"{string.Join(',', snapshot.Sources.Select(source => source.Access))} {snapshot.Users is null} {snapshot.Own is null} {snapshot.SmtpTokens?.Count > 0}";
    });

    /// <summary>A token can be a header; nothing but the client's own exception, and without what was sent.</summary>
    public static FuzzTarget Tokens() => new("token-reply", input =>
    {
        var client = Client(input);
        var (grant, refused) = Try(() => client.RefreshAsync(App, Token, CancellationToken.None));
        ThrowUnless(
            grant is null || (grant.AccessToken is { Length: > 0 } token && token.All(letter => letter is > ' ' and <= '~')),
            "A token cannot be a header.");
        var (_, ownRefused) = Try(() => client.GetAppTokenAsync(App, "x", CancellationToken.None));
        var (_, unknown) = Try(() => client.IntrospectAsync(App, Token, "refresh_token", CancellationToken.None));
        return $"{refused} {ownRefused} {unknown}";
    });

    private static void CheckEvent(ActivityEvent item, ActivityFeed feed)
    {
        ThrowUnless(
            item.Portal == Portal && item.Feed == feed && item.Id.Length is > 0 and <= 200 && item.Type.Length is > 0 and <= 160,
            "It is no event.");
        ThrowUnless(item.At.Year >= 2006 && item.At <= Now.AddHours(1) && item.At.Offset == TimeSpan.Zero, $"{item.At:u} cannot be.");
        ThrowUnless(item.Country is null or { Length: 2 } && item.UserId is null or > 0, "It is no country or person.");
        foreach (var text in new[] { item.Id, item.Type, item.User, item.ObjectId, item.IpAddress, item.Location, item.Region, item.UserAgent })
        {
            ThrowUnless(
                text is null
                    || (text.Length is > 0 and <= 400 && !text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029')),
                $"'{text}' is no line.");
        }
        _ = Keys.Checked(Keys.ActivityRow(item.At, item.Id));
    }

    private static (T? Reply, HubSpotFailure? Failure) Try<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return (Done(ask()), null);
        }
        catch (HubSpotException e)
        {
            ThrowUnless(
                !e.Message.Contains(Token, StringComparison.Ordinal) && !e.Message.Contains(App.ClientSecret, StringComparison.Ordinal),
                "The sentence holds a secret.");
            return (null, e.Failure);
        }
    }

    // Nothing here waits: the answer is there.
    private static T Done<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new BrokenPromiseException("It waits.");

    private static ActivityPage First(IAsyncEnumerable<ActivityPage> pages)
    {
        var reading = pages.GetAsyncEnumerator();
        ThrowUnless(Done(reading.MoveNextAsync().AsTask()), "There is no page.");
        return reading.Current;
    }

    private static HubSpotClient Client(byte[] input) =>
        new(new HttpClient(new Canned(input)) { BaseAddress = new("https://api.hubapi.com") }, Options.Create(new HubSpotOptions()));

    /// <summary>Gives every question the same answer; whose account it is, where the input does not say.</summary>
    private sealed class Canned(byte[] input) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var split = input.AsSpan().IndexOf("\n\n"u8);
            var head = split < 0 ? [] : Encoding.Latin1.GetString(input.AsSpan(0, split)).Split('\n');
            var isDetails = request.RequestUri!.AbsolutePath.EndsWith("/details", StringComparison.Ordinal);
            var body = isDetails && split >= 0 && input[^1] != '~'
                ? """{"portalId":4711,"timeZone":"Europe/Berlin"}"""u8.ToArray()
                : input[(split < 0 ? 0 : split + 2)..];
            var status = head.Length > 0 && int.TryParse(head[0], out var number) && number is >= 200 and <= 599 && !isDetails ? number : 200;
            var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(body) };
            foreach (var header in head.Skip(1))
            {
                if (header.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
                    answer.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
            }
            return Task.FromResult(answer);
        }
    }
}
