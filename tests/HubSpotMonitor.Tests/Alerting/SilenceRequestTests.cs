using HubSpotMonitor.Alerting.Silences;
using HubSpotMonitor.Signals;
using static HubSpotMonitor.Tests.Samples;

namespace HubSpotMonitor.Tests.Alerting;

public sealed class SilenceRequestTests
{
    private static readonly SilenceRequest Good = new() { Portal = 4711, Author = "Ada", Reason = "migration", Until = Noon.AddDays(2) };
    private static readonly WindowRequest GoodWindow = new()
    {
        Cron = "0 2 * * *",
        Duration = TimeSpan.FromHours(2),
        TimeZone = "Europe/Berlin",
        Author = "Ada",
        Reason = "nightly sync",
        Until = Noon.AddDays(100),
    };

    public static TheoryData<SilenceRequest, string> WrongSilences => new()
    {
        { Good with { Portal = null }, "a silence about everything" },
        { Good with { Portal = null, Rule = " " }, "a silence about everything" },
        { Good with { Author = " " }, "an author is needed" },
        { Good with { Reason = null }, "a reason is needed" },
        { Good with { Reason = new string('x', 301) }, "300 letters" },
        { Good with { Until = null }, "must end by itself" },
        { Good with { Until = Noon }, "over already" },
        { Good with { Until = Noon.AddDays(91) }, "at most 90 days" },
        { Good with { From = Noon.AddDays(3) }, "end before it begins" },
        { Good with { From = Noon.AddDays(2) }, "end before it begins" },
        { Good with { From = Noon.AddDays(-89) }, "at most 90 days" },
        { Good with { Author = new string('x', 301) }, "300 letters" },
        { Good with { Rule = new string('x', 301) }, "300 letters" },
        { Good with { SubjectPrefix = new string('x', 301) }, "300 letters" },
        { Good with { UpTo = (Severity)9 }, "upTo must be one of Info, Low, Medium, High, Critical" },
    };

    public static TheoryData<WindowRequest, string> WrongWindows => new()
    {
        { GoodWindow with { Cron = "every night" }, "no cron expression" },
        { GoodWindow with { Cron = null }, "no cron expression" },
        { GoodWindow with { Duration = TimeSpan.Zero }, "The duration must be" },
        { GoodWindow with { Duration = TimeSpan.FromDays(4) }, "The duration must be" },
        { GoodWindow with { TimeZone = "Europe/Atlantis" }, "no time zone" },
        { GoodWindow with { Author = null }, "an author is needed" },
        { GoodWindow with { Duration = null }, "The duration must be" },
        { GoodWindow with { TimeZone = null }, "no time zone" },
        { GoodWindow with { Until = null }, "must end by itself" },
        { GoodWindow with { Until = Noon }, "over already" },
        { GoodWindow with { Until = Noon.AddDays(400) }, "at most 366 days" },
        { GoodWindow with { UpTo = (Severity)9 }, "upTo must be one of" },
        { GoodWindow with { UpTo = Severity.Critical }, "no maintenance window keeps back what is critical in every account" },
        { GoodWindow with { Cron = "* * * * *", Duration = TimeSpan.FromHours(1) }, "more than half of four weeks" },
        { GoodWindow with { Cron = "* * * 3-10 *", Duration = TimeSpan.FromHours(1), Until = Noon.AddDays(366) }, "more than half of four weeks" },
        { GoodWindow with { Cron = "0 0 * * *", Duration = TimeSpan.FromDays(1), Until = Noon.AddDays(16) }, "more than half of four weeks" },
        { GoodWindow with { Duration = TimeSpan.FromHours(13) }, "more than half of four weeks" },
        { GoodWindow with { Duration = TimeSpan.FromDays(3), Portal = 4711 }, "more than half of four weeks" },
    };

    [Theory]
    [MemberData(nameof(WrongSilences))]
    public void A_silence_that_cannot_be_is_refused_with_a_sentence(SilenceRequest request, string sentence) =>
        request.Wrong(Noon).ShouldHaveSingleItem().ShouldContain(sentence);

    [Theory]
    [MemberData(nameof(WrongWindows))]
    public void A_window_that_cannot_be_is_refused_with_a_sentence(WindowRequest request, string sentence) =>
        request.Wrong(Noon).ShouldHaveSingleItem().ShouldContain(sentence);

    public static TheoryData<SilenceRequest> RightSilences =>
    [
        Good with { Until = Noon.AddDays(90) },
        Good with { Portal = null, Rule = "usage-spike" },
        Good with { Portal = null, SubjectPrefix = "calls" },
        Good with { Author = new string('x', 300), Reason = new string('x', 300), Rule = new string('x', 300), SubjectPrefix = new string('x', 300) },
        Good with { From = Noon.AddDays(1) },
    ];

    public static TheoryData<WindowRequest> RightWindows =>
    [
        GoodWindow with { Cron = "0 2 * * 6", Duration = TimeSpan.FromDays(3) },
        GoodWindow with { Duration = TimeSpan.FromHours(12) },
        GoodWindow with { Cron = "*/10 0-10 * * *", Duration = TimeSpan.FromMinutes(20) },
        GoodWindow with { Cron = "0 0 * * *", Duration = TimeSpan.FromDays(1), Until = Noon.AddDays(4) },
        GoodWindow with { Portal = 4711, UpTo = Severity.Critical },
        GoodWindow with { Until = Noon.AddDays(366) },
    ];

    [Theory]
    [MemberData(nameof(RightSilences))]
    public void A_silence_that_just_fits_is_taken(SilenceRequest request) => request.Wrong(Noon).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(RightWindows))]
    public void A_window_that_just_fits_is_taken(WindowRequest request) => request.Wrong(Noon).ShouldBeEmpty();

    [Fact]
    public void What_is_not_said_is_filled_in_and_what_is_blank_is_nothing()
    {
        var silence = (Good with { Author = " Ada ", Reason = " migration ", Rule = " ", SubjectPrefix = " calls " }).ToSilence(Noon);
        (silence.Author, silence.Reason, silence.Rule, silence.SubjectPrefix, silence.UpTo, silence.From)
            .ShouldBe(("Ada", "migration", null, "calls", Severity.High, Noon));
        (Good with { UpTo = Severity.Critical, From = Noon.AddHours(1) }).ToSilence(Noon)
            .ShouldSatisfyAllConditions(said => said.UpTo.ShouldBe(Severity.Critical), said => said.From.ShouldBe(Noon.AddHours(1)));
        var window = (GoodWindow with { Cron = " 0 2 * * * ", Author = " Ada ", Reason = " sync " }).ToWindow(Noon);
        (window.Cron, window.Author, window.Reason, window.UpTo, window.From).ShouldBe(("0 2 * * *", "Ada", "sync", Severity.High, Noon));
        (GoodWindow with { UpTo = Severity.Critical }).ToWindow(Noon).UpTo.ShouldBe(Severity.Critical);
    }

    [Fact]
    public void Asked_for_twice_it_is_one()
    {
        Good.Wrong(Noon).ShouldBeEmpty();
        Good.ToSilence(Noon).Id.ShouldBe(Good.ToSilence(Noon.AddMinutes(1)).Id);
        GoodWindow.Wrong(Noon).ShouldBeEmpty();
        GoodWindow.ToWindow(Noon).Id.ShouldBe(GoodWindow.ToWindow(Noon.AddMinutes(1)).Id);
    }

    [Theory]
    [InlineData(4711, "usage-spike", "calls", Severity.High, 0, true)]
    [InlineData(4711, "usage-spike", "calls", Severity.High, 1, true)]
    [InlineData(4712, "usage-spike", "calls", Severity.High, 1, false)]
    [InlineData(4711, "usage-silence", "calls", Severity.High, 1, false)]
    [InlineData(4711, "usage-spike", "events", Severity.High, 1, false)]
    [InlineData(4711, "usage-spike", "calls", Severity.Critical, 1, false)]
    [InlineData(4711, "usage-spike", "calls", Severity.High, -1, false)]
    [InlineData(4711, "usage-spike", "calls", Severity.High, 48, false)]
    public void A_silence_covers_what_matches_in_all_its_parts(long portal, string rule, string subject, Severity severity, int hours, bool covered)
    {
        var silence = (Good with { Rule = "usage-spike", SubjectPrefix = "cal" }).ToSilence(Noon);
        silence.Covers(portal, Finding(rule: rule) with { Subject = subject }, severity, Noon.AddHours(hours)).ShouldBe(covered);
    }
}
