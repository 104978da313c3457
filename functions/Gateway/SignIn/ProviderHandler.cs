using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CursorBroker.Gateway.SignIn;

/// <summary>
/// The library's handler, which answers callbacks only when the callback's own endpoint asks it to. Left to itself it would answer ahead of the
/// endpoints, and so ahead of the checks made there, on a host whose middleware asks every handler first.
/// </summary>
internal sealed class ProviderHandler(
    IOptionsMonitor<OpenIdConnectOptions> options, ILoggerFactory logger, HtmlEncoder htmlEncoder, UrlEncoder encoder)
    : OpenIdConnectHandler(options, logger, htmlEncoder, encoder)
{
    private static readonly object Asked = new();

    /// <summary>Lets the handler answer this request.</summary>
    public static void Ask(HttpContext context) => context.Items[Asked] = Asked;

    /// <inheritdoc/>
    public override Task<bool> ShouldHandleRequestAsync() => Task.FromResult(Context.Items.ContainsKey(Asked));
}
