using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Delivery.Email;

public static class EmailServices
{
    /// <summary>Turns mail on where <c>Delivery:Email</c> is configured.</summary>
    public static IServiceCollection AddEmailChannel(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(EmailOptions.Section);
        if (!section.Exists())
            return services;

        services.AddOptionsWithValidateOnStart<EmailOptions, EmailOptionsValidator>().Bind(section);
        services.AddChannelClient(EmailChannel.ChannelName);
        return services.AddSingleton<IChannel, EmailChannel>();
    }
}
