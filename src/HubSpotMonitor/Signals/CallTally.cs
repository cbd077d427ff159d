namespace HubSpotMonitor.Signals;

/// <summary>What the monitor's own polls cost an account, by the UTC day.</summary>
/// <param name="Day">The day that runs.</param>
/// <param name="Calls">Calls on it so far.</param>
/// <param name="DayBefore">Calls on the day before; null: it was not counted whole.</param>
public sealed record CallTally(DateOnly Day, int Calls, int? DayBefore)
{
    public static CallTally Add(CallTally? before, int calls, DateTimeOffset now)
    {
        var day = DateOnly.FromDateTime(now.UtcDateTime);
        return before switch
        {
            null => new(day, calls, null),
            { Day: var same } when same == day => before with { Calls = before.Calls + calls },
            { Day: var last } when last.AddDays(1) == day => new(day, calls, before.Calls),
            _ => new(day, calls, null),
        };
    }
}
