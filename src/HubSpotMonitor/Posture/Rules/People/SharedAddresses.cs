using HubSpotMonitor.Posture.Knowledge;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Posture.Rules.People;

/// <summary>Who logged in from which address: where an office's people come from, one's failures say nothing of another's success.</summary>
internal sealed class SharedAddresses(PostureEvidence evidence)
{
    /// <summary>A stranger who gets in as one or two more must not look like an office.</summary>
    private const int PeopleNeeded = 3;

    private readonly ILookup<string, (string Person, DateTimeOffset At)> _logins =
        Logins(evidence).ToLookup(login => login.Address, login => (login.Person, login.At), StringComparer.Ordinal);

    public bool IsShared(string address, DateTimeOffset at) =>
        _logins[address].Where(login => login.At < at).Select(login => login.Person).Distinct().Count() >= PeopleNeeded;

    // Of the time before the recent ones only everybody's last login is kept: on a Monday morning there is nothing else.
    private static IEnumerable<(string Address, string Person, DateTimeOffset At)> Logins(PostureEvidence evidence)
    {
        foreach (var track in evidence.Before.Users.Values)
        {
            if (track.LastLogin is { From: { } from, At: var at }) yield return (Who.AddressIn(from), track.Key, at);
        }
        foreach (var item in evidence.Logins.Where(item => item.Type == ActivityEvent.LoginSucceeded))
        {
            if (item.IpAddress is { } address && Who.Key(item) is { } person) yield return (address, person, item.At);
        }
    }
}
