namespace HubSpotMonitor.Benchmarks.Nab.Committee;

/// <summary>One way to find a value strange.</summary>
internal interface IMember
{
    /// <summary>How strange the value is, in any unit, at least 0; then it is part of the past. Null: too little past.</summary>
    double? Judge(DateTimeOffset at, double value);
}
