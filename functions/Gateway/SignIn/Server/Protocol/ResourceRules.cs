using System.Collections.Immutable;
using OpenIddict.Abstractions;

namespace CursorBroker.Gateway.SignIn.Server.Protocol;

/// <summary>What tokens may be asked for (RFC 8707): for the broker, however it is spelled.</summary>
internal sealed class ResourceRules(SignInOptions options)
{
    /// <summary>True when every <c>resource</c> of the request is the broker, or there is none.</summary>
    public bool Are(OpenIddictRequest request)
    {
        var root = options.Address.Origin;
        return request.GetParameter(OpenIddictConstants.Parameters.Resource) is not { } resource
            || ((ImmutableArray<string?>?)resource is { } named && named.All(one => one == root || one == root + "/" || one == root + OAuthPaths.Mcp));
    }
}
