using HubSpotMonitor.Tests.Webhooks;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Tests.Attacks;

/// <summary>
/// Letters that a table refuses or that would change a question to it, in every place of every address where an id stands, against real tables.
/// </summary>
public sealed class HostileIdsTests(ReceivingHost host) : IClassFixture<ReceivingHost>
{
    [Theory]
    [InlineData("%2F")]
    [InlineData("a%2Fb")]
    [InlineData("%5C")]
    [InlineData("%23")]
    [InlineData("%3F")]
    [InlineData("%00")]
    [InlineData("%0D%0A")]
    [InlineData("%C2%85")]
    [InlineData("%FF")]
    [InlineData("%ED%A0%80")]
    [InlineData("'")]
    [InlineData("'%20or%20PartitionKey%20ne%20'")]
    [InlineData("x'%20or%20true%20or%20RowKey%20eq%20'")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("9223372036854775808")]
    [InlineData("%E2%80%AE")]
    public Task An_id_of_odd_letters_is_nobody(string id) => AskAsync(id);

    [Fact]
    public Task An_id_longer_than_a_key_is_nobody() => AskAsync(new string('a', 2000));

    private async Task AskAsync(string id)
    {
        var browser = host.Client;
        var endpoints = host.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.Parameters.Count > 0)
            .ToList();
        endpoints.Count.ShouldBeGreaterThan(10);
        foreach (var endpoint in endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var path = "/" + string.Join(
                    '/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => Text(part, id)))));
                using var request = new HttpRequestMessage(
                    HttpMethod.Parse(method),
                    new Uri($"{path}?portal={ReceivingHost.Acme}&token={id}&q={id}&type={id}&subject={id}", UriKind.Relative));
                if (method is not ("GET" or "HEAD"))
                    request.Content = new FormUrlEncodedContent([new("by", "Ada"), new("why", "x")]);
                using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
                ((int)answer.StatusCode).ShouldBeLessThan(500, $"{method} {path}");
            }
        }
    }

    private static string Text(RoutePatternPart part, string id) => part switch
    {
        RoutePatternParameterPart { Name: "act" } => "ack",
        RoutePatternParameterPart => id,
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => "",
    };
}
