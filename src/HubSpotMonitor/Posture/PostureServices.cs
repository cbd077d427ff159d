using HubSpotMonitor.Posture.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HubSpotMonitor.Posture;

internal static class PostureServices
{
    public static IServiceCollection AddPosture(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PostureOptions, PostureOptionsValidator>().BindConfiguration("Posture");
        services.AddSingleton(provider => RegistryFile.Load(provider.GetRequiredService<IOptions<PostureOptions>>().Value.RegistryFile));
        return services;
    }
}
