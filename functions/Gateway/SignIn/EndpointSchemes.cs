using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn;

/// <summary>
/// No scheme is asked about requests by middleware. A host that adds the authentication middleware by itself would otherwise have the provider's handler made
/// for every request, clones and pushes too, and its callback answered ahead of the endpoint and the checks made there.
/// </summary>
internal sealed class EndpointSchemes(IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
{
    public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync() => Task.FromResult<IEnumerable<AuthenticationScheme>>([]);
}
