using CursorBroker.Core.Approvals;
using CursorBroker.Gateway.Pipeline;
using CursorBroker.Gateway.SignIn;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Mcp.Protocol;

/// <summary>
/// Which requests may be spoken to at all, by where they come from (MCP, "Streamable HTTP", security warning): the broker's own address and no other name for it (DNS
/// rebinding), and no web page but the broker's own. Clients that are no browsers send no <c>Origin</c>. No CORS header is ever sent, so that no other page could read an answer.
/// </summary>
internal sealed class McpOrigin
{
    private readonly PublicAddress _address;

    public McpOrigin(ApprovalLinks links) => _address = new(() => links.Root);

    /// <summary>Null when it may be.</summary>
    public Refusal? Judge(HttpRequest request)
    {
        if (!_address.Is(request) && !IsLoopbackAlias(request.Host.Host, request.Host.Port))
        {
            return Refuse("This is not the broker's address.", $"Host: {request.Host.Value}");
        }

        return request.Headers.Origin switch
        {
            [] => null,
            [{ } origin] when IsOwn(origin) => null,
            var other => Refuse("Requests of other sites' pages are not answered.", $"Origin: {other}"),
        };
    }

    private bool IsOwn(string origin) =>
        string.Equals(origin, _address.Origin, StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" } && uri.Scheme == _address.Uri.Scheme && IsLoopbackAlias(uri.Host, uri.Port));

    // A broker on this machine has several names, all of which lead to this machine alone, on its own port.
    private bool IsLoopbackAlias(string host, int? port) =>
        _address.Uri.IsLoopback && port == _address.Uri.Port && (host.ToLowerInvariant() is "localhost" or "127.0.0.1" or "[::1]");

    private static Refusal Refuse(string message, string detail) => new(Stage.Authenticate, RefusalKind.Denied, new CallerText(message), detail);
}
