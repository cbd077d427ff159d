using System.Globalization;
using HubSpotMonitor.Local.Simulation.Traffic;

namespace HubSpotMonitor.Local.Simulation.Access;

/// <summary>
/// What happens in an account on any day: people log in where they live when they work, two of them export a list now and then, keys are
/// rotated in their turn. The seed decides all of it, so any day can be computed at any time.
/// </summary>
internal sealed class OrdinaryLife(SimulatedAccount account)
{
    // Keys of draws, so that no two of them share their numbers.
    private const int LoginSource = 2_000;
    private const int ExportSource = 2_100;
    private const int RotationSource = 2_200;
    private const int AuditSource = 2_300;
    private const int DelaySource = 2_400;
    private const int IdSource = 2_500;

    private static readonly TimeSpan UsualDelay = TimeSpan.FromSeconds(30);
    private static readonly string[] Audited =
        ["CRM_OBJECT/CONTACT/UPDATE", "CRM_OBJECT/DEAL/UPDATE", "PROPERTY_VALUE/CONTACT/UPDATE", "CRM_OBJECT/CONTACT/CREATE", "PIPELINE/DEAL/UPDATE"];

    /// <summary>A day of the account's own clock, in order of time.</summary>
    public IReadOnlyList<AccessEvent> Of(Feed feed, DateOnly day)
    {
        var events = feed switch
        {
            Feed.Login => Logins(day),
            Feed.Audit => AuditLog(day),
            _ => Exports(day).Concat(Rotations(day)),
        };
        return [.. events.OrderBy(item => item.At)];
    }

    private IEnumerable<AccessEvent> Logins(DateOnly day)
    {
        for (var index = 0; index < Person.All.Count; index++)
        {
            var person = Person.All[index];
            var draw = new Draw(account.Seed, LoginSource + index, day.DayNumber);
            if (!IsWorkday(day) || draw.Unit() > 0.92) continue;
            var morning = Local(day, 8 + (1.5 * draw.Unit()));
            // A mistyped password, and right at the second try.
            if (draw.Unit() < 0.04) yield return Event(Feed.Login, morning.AddSeconds(-40), AccessEvent.Refused, person, person.Home);
            yield return Event(Feed.Login, morning, AccessEvent.LoggedIn, person, person.Home);
            if (draw.Unit() < 0.4) yield return Event(Feed.Login, Local(day, 12.5 + (3 * draw.Unit())), AccessEvent.LoggedIn, person, person.Home);
        }
    }

    // Two people in marketing, Tuesdays and Thursdays.
    private IEnumerable<AccessEvent> Exports(DateOnly day)
    {
        if (day.DayOfWeek is not (DayOfWeek.Tuesday or DayOfWeek.Thursday)) yield break;
        var person = Person.Of(day.DayOfWeek == DayOfWeek.Tuesday ? "dan" : "eve");
        var draw = new Draw(account.Seed, ExportSource, day.DayNumber);
        if (draw.Unit() > 0.8) yield break;
        var at = Local(day, 10 + (4 * draw.Unit()));
        yield return Event(Feed.Security, at, "EXPORT", person, person.Home);
        yield return Event(Feed.Security, at.AddMinutes(3), "EXPORT_DOWNLOAD", person, person.Home);
    }

    private IEnumerable<AccessEvent> Rotations(DateOnly day)
    {
        foreach (var key in Keyring.All.Where(key => key.IsRotatedOn(day)))
        {
            var draw = new Draw(account.Seed, RotationSource + int.Parse(key.Object, CultureInfo.InvariantCulture), day.DayNumber);
            yield return Event(Feed.Security, Local(day, 10 + (5 * draw.Unit())), key.Rotated, key.Owner, key.Owner.Home, key.Object);
        }
    }

    private IEnumerable<AccessEvent> AuditLog(DateOnly day)
    {
        var draw = new Draw(account.Seed, AuditSource, day.DayNumber);
        var count = IsWorkday(day) ? 120 + (int)(60 * draw.Unit()) : 3;
        for (var index = 0; index < count; index++)
        {
            var person = Person.All[(int)(draw.Unit() * (Person.All.Count - 0.001))];
            var what = Audited[(int)(draw.Unit() * (Audited.Length - 0.001))];
            var target = what.StartsWith("PIPELINE", StringComparison.Ordinal)
                ? "Sales Pipeline"
                : (84_000_000_000 + (long)(draw.Unit() * 1_000_000)).ToString(CultureInfo.InvariantCulture);
            yield return Event(Feed.Audit, Local(day, 9 + (8.5 * draw.Unit())), what, person, null, target);
        }
    }

    private AccessEvent Event(Feed feed, DateTimeOffset at, string type, Person by, Place? from, string? target = null)
    {
        var draw = new Draw(account.Seed, DelaySource + (int)feed, at.ToUnixTimeMilliseconds() + by.Id);
        // Most are shown at once, a few only hours later.
        var delay = draw.Unit() < 0.02 ? TimeSpan.FromHours(1 + (8 * draw.Unit())) : UsualDelay;
        return new(IdOf(account, feed, at, by.Id), at, at + delay, type, by, from, target);
    }

    /// <summary>Numbers, but for the audit log, whose ids are base64.</summary>
    public static string IdOf(SimulatedAccount account, Feed feed, DateTimeOffset at, long salt)
    {
        var number = (long)(new Draw(account.Seed, IdSource + (int)feed, at.ToUnixTimeMilliseconds() + (31 * salt)).Unit() * 1e15);
        return feed == Feed.Audit ? Convert.ToBase64String(BitConverter.GetBytes(number)) : number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsWorkday(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private DateTimeOffset Local(DateOnly day, double hour)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMilliseconds(Math.Round(hour * 3_600_000));
        return new DateTimeOffset(local, account.Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
