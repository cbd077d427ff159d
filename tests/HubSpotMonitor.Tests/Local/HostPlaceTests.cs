using HubSpotMonitor.Local;

namespace HubSpotMonitor.Tests.Local;

public sealed class HostPlaceTests
{
    [Theory]
    [InlineData(null, null, "http://127.0.0.1:7071/")]
    [InlineData(8080, null, "http://127.0.0.1:8080/")]
    [InlineData(8080, "http://0.0.0.0:7072", "http://127.0.0.1:8080/")]
    public void What_the_command_line_says_is_for_this_machine_alone_and_goes_first(int? port, string? urls, string address)
    {
        var place = HostPlace.Of(port, urls);

        (place.Address, place.Urls is null, place.Setting).ShouldBe((new Uri(address), true, "--port"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:7072", "http://127.0.0.1:7072/")]
    [InlineData("http://*:7072", "http://127.0.0.1:7072/")]
    [InlineData("http://[::]:7072", "http://127.0.0.1:7072/")]
    [InlineData("http://monitor.lan", "http://127.0.0.1/")]
    [InlineData("http://localhost:7072", "http://127.0.0.1:7072/")]
    [InlineData("http://10.0.0.7:7072", "http://10.0.0.7:7072/")]
    [InlineData("http://[::1]:7072", "http://[::1]:7072/")]
    [InlineData("https://*:443; http://unix:/tmp/monitor.sock; http://10.0.0.7:7072", "http://10.0.0.7:7072/")]
    public void Where_the_environment_says_it_listens_and_this_machine_knows_where_to_find_it(string urls, string address)
    {
        var place = HostPlace.Of(port: null, urls);

        (place.Address, place.Urls, place.Setting).ShouldBe((new Uri(address), urls, "ASPNETCORE_URLS"));
    }

    [Theory]
    [InlineData("https://0.0.0.0:7071")]
    [InlineData("http://unix:/tmp/monitor.sock")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http//0.0.0.0")]
    public void Where_nobody_could_see_whether_it_answers_it_is_not_started(string urls) =>
        Should.Throw<CannotRunException>(() => HostPlace.Of(port: null, urls)).Message
            .ShouldStartWith($"ASPNETCORE_URLS is '{urls}': one of its addresses must be http with a port");
}
