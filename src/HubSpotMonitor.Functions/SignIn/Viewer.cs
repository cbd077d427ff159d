namespace HubSpotMonitor.Functions.SignIn;

/// <summary>Who looks at the page, in the words of its header.</summary>
internal sealed class Viewer(IHttpContextAccessor visit, FrontDoor door)
{
    /// <summary>As signed in; null: nobody asked for a name. What somebody does is kept under it, whatever name a form gives.</summary>
    public string? Name => visit.HttpContext?.User.Identity?.Name;

    /// <summary>Null: none.</summary>
    public string? Role =>
        visit.HttpContext?.User is not { } user ? null
        : user.IsInRole(Roles.Responder) ? Roles.Responder
        : user.IsInRole(Roles.Reader) ? Roles.Reader
        : null;

    /// <summary>Where a person signs out; null: there is nothing to sign out of.</summary>
    public string? SignOut => door.Mode == SignInMode.Platform ? "/.auth/logout" : null;

    /// <summary>Whether a form signs out.</summary>
    public bool HasSession => door.Mode == SignInMode.Password;
}
