using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Delivery.Teams;

public static class TeamsServices
{
    /// <summary>Turns Teams on where <c>Delivery:Teams</c> is configured.</summary>
    public static IServiceCollection AddTeamsChannel(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(TeamsOptions.Section);
        if (!section.Exists())
            return services;

        services.AddOptionsWithValidateOnStart<TeamsOptions, TeamsOptionsValidator>().Bind(section);
        services.AddChannelClient(TeamsChannel.ChannelName);
        return services.AddSingleton<IChannel, TeamsChannel>();
    }
}
