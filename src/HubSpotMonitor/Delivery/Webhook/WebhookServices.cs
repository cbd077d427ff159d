using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Delivery.Webhook;

public static class WebhookServices
{
    /// <summary>Turns the signed webhook on where <c>Delivery:Webhook</c> is configured.</summary>
    public static IServiceCollection AddWebhookChannel(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(WebhookOptions.Section);
        if (!section.Exists())
            return services;

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<WebhookOptions, WebhookOptionsValidator>().Bind(section);
        services.AddChannelClient(WebhookChannel.ChannelName)
            .UseSocketsHttpHandler((handler, provider) => Guard(handler, provider.GetRequiredService<IOptions<WebhookOptions>>().Value));
        return services.AddSingleton<IChannel, WebhookChannel>();
    }

    private static void Guard(SocketsHttpHandler handler, WebhookOptions options)
    {
        if (options.AllowPrivateNetwork)
            return;

        // A proxy would look the name up itself, behind our back.
        handler.UseProxy = false;
        var isLoopbackMeant = new Uri(options.Url).IsLoopback;
        handler.ConnectCallback = async (context, cancellationToken) =>
            await AddressGuard.ConnectAsync(context.DnsEndPoint, isLoopbackMeant, cancellationToken);
    }
}
