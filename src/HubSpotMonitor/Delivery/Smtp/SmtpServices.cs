using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HubSpotMonitor.Delivery.Smtp;

public static class SmtpServices
{
    /// <summary>Turns mail by SMTP on where <c>Delivery:Smtp</c> is configured.</summary>
    public static IServiceCollection AddSmtpChannel(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var section = configuration.GetSection(SmtpOptions.Section);
        if (!section.Exists())
            return services;

        services.AddOptionsWithValidateOnStart<SmtpOptions, SmtpOptionsValidator>().Bind(section);
        return services.AddSingleton<IChannel, SmtpChannel>();
    }
}
