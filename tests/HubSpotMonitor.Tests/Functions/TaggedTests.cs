using HubSpotMonitor.Functions.Api;
using HubSpotMonitor.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests.Functions;

public sealed class TaggedTests
{
    [Theory]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("", 200)]
    public async Task Answers_304_to_whoever_has_it(string known, int status)
    {
        var tag = (await AnswerAsync("")).Headers.ETag.ToString();

        (await AnswerAsync(known.Replace("{0}", tag, StringComparison.Ordinal))).StatusCode.ShouldBe(status);
    }

    [Fact]
    public async Task What_shows_data_is_for_one_reader_and_is_asked_for_again_each_time() =>
        (await AnswerAsync("")).Headers.CacheControl.ToString().ShouldBe("private, no-cache");

    private static async Task<HttpResponse> AnswerAsync(string known)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.IfNoneMatch = known;
        await Tagged.Json([Sample.View()], ApiJson.Default.IReadOnlyListPortalView).ExecuteAsync(context);
        return context.Response;
    }
}
