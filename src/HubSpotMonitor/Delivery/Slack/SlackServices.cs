using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Delivery.Slack;

public static class SlackServices
{
    /// <summary>Turns Slack on where <c>Delivery:Slack</c> is configured.</summary>
    public static IServiceCollection AddSlackChannel(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(SlackOptions.Section);
        if (!section.Exists())
            return services;

        services.AddOptionsWithValidateOnStart<SlackOptions, SlackOptionsValidator>().Bind(section);
        services.AddChannelClient(SlackChannel.ChannelName);
        return services.AddSingleton<IChannel, SlackChannel>();
    }
}
