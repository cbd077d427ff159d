using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace HubSpotMonitor.Functions.SignIn;

internal static class SignInServices
{
    // A working day: who signs in at eight is not asked again before the evening.
    private static readonly TimeSpan Session = TimeSpan.FromHours(12);

    public static void AddSignIn(this IServiceCollection services, IConfiguration configuration, FrontDoor door)
    {
        services.AddSingleton(door);
        services.AddOptionsWithValidateOnStart<SignInOptions, SignInOptionsCheck>().Bind(configuration.GetSection(SignInOptions.Section));
        services.AddHttpContextAccessor();
        services.AddSingleton<Viewer>();
        services.AddSingleton<ActTrail>();
        if (door.Mode == SignInMode.Password)
            AddSessions(services, configuration);
        else
            AddRequests(services, door.Mode);

        services.AddAuthorizationBuilder()
            .AddPolicy(Roles.Reader, Roles.ReaderPolicy)
            .AddPolicy(Roles.Responder, Roles.ResponderPolicy)
            .SetDefaultPolicy(Roles.ReaderPolicy)
            // What says nothing is for readers, and what is for all says so.
            .SetFallbackPolicy(Roles.ReaderPolicy);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, SignInAnswers>();
    }

    // Not AddAuthentication, which also reads keys for cookies at the start: there are none here.
    private static void AddRequests(IServiceCollection services, SignInMode mode)
    {
        services.AddAuthenticationCore(options => options.DefaultScheme = FrontDoor.Scheme);
        services.AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<RequestSignInOptions, RequestSignIn>(FrontDoor.Scheme, options => options.Read = mode switch
        {
            SignInMode.Platform => KnownPerson.OfPlatform,
            SignInMode.Machine => KnownPerson.AtThisMachine,
            _ => _ => null,
        });
    }

    private static void AddSessions(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PasswordCheck>();
        services.AddRateLimiter(limits =>
        {
            limits.AddPolicy(SignInEndpoints.RateLimit, SignInEndpoints.LimitOf);
            limits.OnRejected = (rejected, _) => SignInEndpoints.TooManyAsync(rejected.HttpContext);
        });
        services.AddAuthentication(FrontDoor.Scheme).AddCookie(FrontDoor.Scheme, cookie =>
        {
            cookie.Cookie = new SessionCookie([.. ListenAddress.Encrypted(configuration)])
            {
                Name = "monitor",
                HttpOnly = true,
                // Lax: a link in a mail leads to the page; what changes something is guarded by CrossSiteGuard as well.
                SameSite = SameSiteMode.Lax,
                SecurePolicy = CookieSecurePolicy.SameAsRequest,
                IsEssential = true,
            };
            cookie.ExpireTimeSpan = Session;
            // Real time, whatever the clock: it is a person who is signed in.
            cookie.TimeProvider = TimeProvider.System;
            cookie.Events.OnValidatePrincipal = KeepOrRejectAsync;
        });
    }

    private static Task KeepOrRejectAsync(CookieValidatePrincipalContext context)
    {
        var passwords = context.HttpContext.RequestServices.GetRequiredService<PasswordCheck>();
        var role = context.Principal?.IsInRole(Roles.Responder) == true ? Roles.Responder : Roles.Reader;
        if (context.Principal?.FindFirst(SignInEndpoints.StampClaim)?.Value != passwords.StampOf(role))
            context.RejectPrincipal();
        return Task.CompletedTask;
    }
}
