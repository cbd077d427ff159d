using System.IO.Pipelines;
using HubSpotMonitor.Functions.Pages;
using Microsoft.AspNetCore.Http;

namespace HubSpotMonitor.Tests.Functions;

public sealed class PageFormTests
{
    [Fact]
    public async Task A_stranger_who_does_not_send_to_the_end_is_given_up()
    {
        var request = await EndlessAsync();

        // That is their fault and not the store's.
        var refusal = await Should.ThrowAsync<BadHttpRequestException>(
            () => PageForm.ReadOfStrangerAsync(request, TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken));
        refusal.StatusCode.ShouldBe(StatusCodes.Status408RequestTimeout);
    }

    [Fact]
    public async Task A_stranger_who_leaves_is_no_slow_one()
    {
        var request = await EndlessAsync();
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => PageForm.ReadOfStrangerAsync(request, PageForm.Patience, left.Token));
    }

    [Fact]
    public async Task What_comes_in_time_is_read()
    {
        var context = new DefaultHttpContext();
        (context.Request.ContentType, context.Request.Body) = ("application/x-www-form-urlencoded", new MemoryStream("by=Ada"u8.ToArray()));

        (await PageForm.ReadOfStrangerAsync(context.Request, PageForm.Patience, TestContext.Current.CancellationToken))["by"].ToString()
            .ShouldBe("Ada");
    }

    private static async Task<HttpRequest> EndlessAsync()
    {
        var body = new Pipe();
        await body.Writer.WriteAsync("by=Ada"u8.ToArray(), TestContext.Current.CancellationToken);
        var context = new DefaultHttpContext();
        (context.Request.ContentType, context.Request.Body) = ("application/x-www-form-urlencoded", body.Reader.AsStream());
        return context.Request;
    }
}
