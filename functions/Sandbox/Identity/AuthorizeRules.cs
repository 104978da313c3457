using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace CursorBroker.Sandbox.Identity;

/// <summary>Which authorization requests are taken: of a registered public client, to a redirect of its own, with scopes there are.</summary>
internal sealed class AuthorizeRules(ProviderState state) : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    private const string AnyOfTheBroker = "api://" + TokenClaims.Audience + "/";

    private static readonly string[] Known =
        [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess, "access_as_user", TokenClaims.Audience + "/.default"];

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (state.Client(context.ClientId) is not { Secret: null } client)
        {
            context.Reject(Errors.UnauthorizedClient, "There is no client of that id that signs people in.");
        }
        else if (string.IsNullOrEmpty(context.RedirectUri) || !client.AllowsRedirect(context.RedirectUri))
        {
            context.Reject(Errors.InvalidRequest, "The redirect_uri is not one that is registered for this client.");
        }
        else if (UnknownScope(context.Request) is { } unknown)
        {
            context.Reject(Errors.InvalidScope, $"The scope '{unknown}' does not exist.");
        }
        else if (HasForeignResource(context.Request))
        {
            context.Reject(Errors.InvalidTarget, "The resource does not match the scopes that were asked for.");
        }

        return default;
    }

    internal static string? UnknownScope(OpenIddictRequest request) => request.GetScopes()
        .FirstOrDefault(static scope => !Known.Contains(scope, StringComparer.Ordinal) && !scope.StartsWith(AnyOfTheBroker, StringComparison.Ordinal));

    // Entra answers AADSTS9010010 when a resource parameter and the scopes disagree.
    internal static bool HasForeignResource(OpenIddictRequest request) => request.GetParameter(Parameters.Resource) is { } resource
        && (string?)resource != TokenClaims.Audience;
}
