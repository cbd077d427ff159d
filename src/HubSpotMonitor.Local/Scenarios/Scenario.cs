using System.Text.Json.Serialization;

namespace HubSpotMonitor.Local.Scenarios;

/// <summary>What happens to a simulated account. Every time counts from the start of the run.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>One line for the list of scenarios.</summary>
    public required string Title { get; init; }

    /// <summary>What happens and why it matters, in a few sentences.</summary>
    public required string Story { get; init; }

    /// <summary>Of the account, while the scenario runs; null: the usual one.</summary>
    public AccountPlan? Plan { get; init; }

    public required IReadOnlyList<Effect> Effects { get; init; }

    /// <summary>What is told while the scenario runs.</summary>
    public required IReadOnlyList<StoryLine> Lines { get; init; }
}

/// <summary>One line of the story and when it is told.</summary>
public sealed record StoryLine(TimeSpan After, string Says);

/// <summary>A change of the account's behaviour for a while, or for the rest of the run.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ExtraCalls), "extraCalls")]
[JsonDerivedType(typeof(RevokeToken), "revokeToken")]
[JsonDerivedType(typeof(RateLimit), "rateLimit")]
[JsonDerivedType(typeof(FailFetch), "failFetch")]
[JsonDerivedType(typeof(MassDelete), "massDelete")]
[JsonDerivedType(typeof(MassChange), "massChange")]
[JsonDerivedType(typeof(Forgeries), "forgeries")]
[JsonDerivedType(typeof(RotateSecret), "rotateSecret")]
[JsonDerivedType(typeof(StopWebhooks), "stopWebhooks")]
[JsonDerivedType(typeof(SecurityAct), "securityAct")]
[JsonDerivedType(typeof(LoginAttempts), "loginAttempts")]
[JsonDerivedType(typeof(RemoveUser), "removeUser")]
[JsonDerivedType(typeof(GrantScopes), "grantScopes")]
[JsonDerivedType(typeof(RotateToken), "rotateToken")]
public abstract record Effect
{
    public required TimeSpan StartsAfter { get; init; }

    public TimeSpan? Lasts { get; init; }

    internal bool Covers(TimeSpan elapsed) => elapsed >= StartsAfter && (Lasts is null || elapsed < StartsAfter + Lasts);
}

/// <summary>Somebody makes calls beyond the usual ones: so many a minute, or so many times what is usual.</summary>
public sealed record ExtraCalls : Effect
{
    public double CallsPerMinute { get; init; }

    /// <summary>1.35 adds 35 % to every minute.</summary>
    public double? TimesNormal { get; init; }

    /// <summary>Only between these times of the account's day.</summary>
    public LocalHours? Hours { get; init; }
}

/// <summary>A span of the account's day; may go over midnight.</summary>
public sealed record LocalHours(TimeOnly From, TimeOnly To)
{
    internal bool Contain(DateTime local) => TimeOnly.FromDateTime(local).IsBetween(From, To);
}

/// <summary>The monitor's token no longer works.</summary>
public sealed record RevokeToken : Effect;

/// <summary>Other calls of the same app use up the ten-second budget in a share of all ten-second windows.</summary>
public sealed record RateLimit : Effect
{
    public required double Share { get; init; }
}

/// <summary>HubSpot answers, but could not fetch the usage figure.</summary>
public sealed record FailFetch : Effect
{
    /// <summary><c>FAILURE</c>, <c>NOTFOUND</c> or <c>TIMEOUT</c>.</summary>
    public required string Status { get; init; }
}

/// <summary>An app changes very many contacts. It shows in the events, hardly in the calls.</summary>
public abstract record MassEdit : Effect
{
    public required double PerMinute { get; init; }

    /// <summary>The number of the app that does it.</summary>
    public required int App { get; init; }
}

/// <summary>An app deletes contacts.</summary>
public sealed record MassDelete : MassEdit;

/// <summary>An app writes into contacts.</summary>
public sealed record MassChange : MassEdit;

/// <summary>Somebody sends webhooks that are not HubSpot's: a wrong secret, an old timestamp, a tampered body, a missing header, in turn.</summary>
public sealed record Forgeries : Effect
{
    public required double PerMinute { get; init; }
}

/// <summary>HubSpot signs webhooks with the app's next client secret.</summary>
public sealed record RotateSecret : Effect;

/// <summary>HubSpot sends no webhooks. What happens meanwhile is never sent.</summary>
public sealed record StopWebhooks : Effect;
