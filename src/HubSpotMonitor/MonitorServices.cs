using HubSpotMonitor.Dashboard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HubSpotMonitor;

/// <summary>Registrations, in the order of the flow.</summary>
public static class MonitorServices
{
    public static IServiceCollection AddHubSpotMonitor(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<Pipeline>();
        return services;
    }
}
