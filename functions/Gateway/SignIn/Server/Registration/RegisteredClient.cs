using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn.Server.Registration;

/// <summary>A client as its id says, or as the host knows it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Label">What it is called in tokens and in the audit: short, and as good as the id.</param>
/// <param name="Name">What it calls itself; nobody has checked that.</param>
/// <param name="Redirects">Its redirects.</param>
/// <param name="Refreshes">Whether it gets refresh tokens.</param>
/// <param name="IsSelfRegistered">Whether its name is its own word.</param>
internal sealed record RegisteredClient(string Id, string Label, string Name, ImmutableArray<string> Redirects, bool Refreshes, bool IsSelfRegistered)
{
    public bool AllowsRedirect(string redirect) => Redirects.Any(registered => RedirectRules.IsRegistered(redirect, registered));
}
