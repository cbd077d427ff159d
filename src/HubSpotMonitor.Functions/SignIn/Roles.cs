using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;

namespace HubSpotMonitor.Functions.SignIn;

/// <summary>The two roles, each also the name of a policy and, in Azure, the value of an app role of the Entra app registration.</summary>
internal static class Roles
{
    /// <summary>Sees all pages and data.</summary>
    public const string Reader = "reader";

    /// <summary>Sees the same, and acts: acknowledges, silences, sends again, tests, imports, connects.</summary>
    public const string Responder = "responder";

    public static AuthorizationPolicy ReaderPolicy { get; } = new([new RolesAuthorizationRequirement([Reader, Responder])], []);

    public static AuthorizationPolicy ResponderPolicy { get; } = new([new RolesAuthorizationRequirement([Responder])], []);

    /// <summary>What changes something asks for a responder, also what is added later and forgets to say so.</summary>
    public static TBuilder KeepChangesForResponders<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder
    {
        group.Finally(endpoint =>
        {
            var methods = endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
            if (methods.Any(method => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
                && !endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            {
                endpoint.Metadata.Add(new AuthorizeAttribute(Responder));
            }
        });
        return group;
    }
}
