using HubSpotMonitor.Posture.Registry;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Posture;

/// <summary>Section <c>Posture</c>: when a credential, a person or an app is worth a finding.</summary>
public sealed class PostureOptions
{
    /// <summary>
    /// The file in which you write what exists and what for: see <c>docs/access-registry.sample.yaml</c>. Empty: no registry, and its rules say so.
    /// </summary>
    public string RegistryFile { get; set; } = "";

    /// <summary>
    /// Ids of rules that say nothing here, as <c>docs/rules</c> lists them. They show as not evaluable, so that nobody takes them for passed.
    /// </summary>
    public IList<string> OffRules { get; } = [];

    /// <summary>A key this old is mentioned. A quarter: what most security policies ask of a static secret.</summary>
    public TimeSpan KeyAgeWarn { get; set; } = TimeSpan.FromDays(90);

    /// <summary>A key this old must be rotated, where the registry sets no limit of its own. HubSpot itself reminds after half a year.</summary>
    public TimeSpan KeyAgeLimit { get; set; } = TimeSpan.FromDays(180);

    /// <summary>More super admins than this are too many: two for holidays, two more for a large team.</summary>
    public int MaxSuperAdmins { get; set; } = 4;

    /// <summary>
    /// And no more than this share of the users: a tenth. Two are never too many, whatever their share: one must be able to let the other in.
    /// </summary>
    public double MaxSuperAdminShare { get; set; } = 0.10;

    /// <summary>
    /// A user who did not log in for so long no longer needs the access, and a super admin who then does is told. HubSpot's login history is as long.
    /// </summary>
    public TimeSpan InactiveAfter { get; set; } = TimeSpan.FromDays(90);

    /// <summary>So many failed logins within <see cref="BruteForceWindow"/> are no forgotten password: people try three to five times.</summary>
    public int BruteForceFailures { get; set; } = 10;

    /// <summary>Short enough that a team's ordinary typing errors of a day do not add up.</summary>
    public TimeSpan BruteForceWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Faster than this between two logins or acts nobody travels: an airliner's speed over ground, in kilometres an hour.</summary>
    public double TravelSpeed { get; set; } = 900;

    /// <summary>A country that was not seen for so long is new again. HubSpot's login history is as long.</summary>
    public TimeSpan CountryMemory { get; set; } = TimeSpan.FromDays(90);

    /// <summary>So many refusals within an hour of what needs a second factor are a try, not a slip.</summary>
    public int ProtectedBlocks { get; set; } = 3;

    /// <summary>Fewer exports a day than this are everyday work, whatever the account's own past.</summary>
    public int ExportsPerDay { get; set; } = 5;

    /// <summary>
    /// Before so many days of history nobody can be called new, nor a day unusual: two weeks hold every weekday
    /// twice. A second country in which somebody was seen for so long, and on five days at least, is theirs.
    /// </summary>
    public int LearnDays { get; set; } = 14;

    /// <summary>The account's local hour at which the night begins, for people whose own hours are not known yet.</summary>
    public int NightFrom { get; set; } = 22;

    /// <summary>The local hour at which it ends.</summary>
    public int NightTo { get; set; } = 6;
}

internal sealed class PostureOptionsValidator : IValidateOptions<PostureOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, PostureOptions options) =>
        Ages(options).Concat(Counts(options)).Concat(OffRules(options)).Concat(RegistryFile.Problems(options.RegistryFile)).ToResult();

    private static IEnumerable<string> OffRules(PostureOptions options) => options.OffRules
        .Where(id => !string.IsNullOrWhiteSpace(id) && RuleCatalog.Rules.All(rule => rule.Sheet.Id != id))
        .Select(id => $"Posture:OffRules names '{id}', which is no rule over credentials, people or apps: docs/rules/README.md lists them.");

    private static IEnumerable<string> Ages(PostureOptions options)
    {
        if (options.KeyAgeWarn <= TimeSpan.Zero || options.KeyAgeWarn > Longest)
            yield return $"Posture:KeyAgeWarn is {options.KeyAgeWarn}: choose between one day and ten years, for example 90.00:00:00.";
        if (options.KeyAgeLimit < options.KeyAgeWarn || options.KeyAgeLimit > Longest)
            yield return $"Posture:KeyAgeLimit is {options.KeyAgeLimit}: it must be no shorter than Posture:KeyAgeWarn and no longer than ten years.";
        if (options.InactiveAfter < TimeSpan.FromDays(7) || options.InactiveAfter > Longest)
            yield return $"Posture:InactiveAfter is {options.InactiveAfter}: choose between a week and ten years.";
        if (options.CountryMemory < TimeSpan.FromDays(1) || options.CountryMemory > Longest)
            yield return $"Posture:CountryMemory is {options.CountryMemory}: choose between one day and ten years.";
        if (options.BruteForceWindow < TimeSpan.FromMinutes(1) || options.BruteForceWindow > TimeSpan.FromHours(24))
            yield return $"Posture:BruteForceWindow is {options.BruteForceWindow}: choose between one minute and one day.";
    }

    private static IEnumerable<string> Counts(PostureOptions options)
    {
        if (options.MaxSuperAdmins is < 1 or > 1000) yield return $"Posture:MaxSuperAdmins is {options.MaxSuperAdmins}: choose between 1 and 1000.";
        if (options.MaxSuperAdminShare is not (> 0 and <= 1))
            yield return $"Posture:MaxSuperAdminShare is {options.MaxSuperAdminShare}: choose a share between 0 and 1, for example 0.1.";
        if (options.BruteForceFailures is < 2 or > 10_000)
            yield return $"Posture:BruteForceFailures is {options.BruteForceFailures}: choose between 2 and 10000.";
        if (options.TravelSpeed is not (>= 100 and <= 100_000))
            yield return $"Posture:TravelSpeed is {options.TravelSpeed}: choose between 100 and 100000 kilometres an hour.";
        if (options.ProtectedBlocks is < 1 or > 10_000)
            yield return $"Posture:ProtectedBlocks is {options.ProtectedBlocks}: choose between 1 and 10000.";
        if (options.ExportsPerDay is < 1 or > 1_000_000)
            yield return $"Posture:ExportsPerDay is {options.ExportsPerDay}: choose between 1 and 1000000.";
        if (options.LearnDays is < 1 or > 90) yield return $"Posture:LearnDays is {options.LearnDays}: choose between 1 and 90.";
        if (options.NightFrom is < 0 or > 23) yield return $"Posture:NightFrom is {options.NightFrom}: write an hour between 0 and 23.";
        if (options.NightTo is < 0 or > 23) yield return $"Posture:NightTo is {options.NightTo}: write an hour between 0 and 23.";
    }
}
