using System.Net;
using HubSpotMonitor.Delivery;
using HubSpotMonitor.Delivery.Webhook;

namespace HubSpotMonitor.Tests.Delivery.Webhook;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)] // the cloud's metadata service
    [InlineData("168.63.129.16", false)] // Azure's own, public by its number only
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("64:ff9b::a00:1", false)]
    public void Only_public_addresses_pass(string address, bool isPublic) => AddressGuard.IsPublic(IPAddress.Parse(address)).ShouldBe(isPublic);

    // The name is looked up at the moment of connecting: what counts is where it leads.
    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_refused_unless_the_setting_means_this_machine()
    {
        var endpoint = new DnsEndPoint("localhost", 9);
        var refusal = await Should.ThrowAsync<DeliveryException>(
            () => AddressGuard.ConnectAsync(endpoint, isLoopbackMeant: false, TestContext.Current.CancellationToken));
        refusal.IsOfChannel.ShouldBeTrue();
        await Should.ThrowAsync<System.Net.Sockets.SocketException>(
            () => AddressGuard.ConnectAsync(endpoint, isLoopbackMeant: true, TestContext.Current.CancellationToken));
    }
}
