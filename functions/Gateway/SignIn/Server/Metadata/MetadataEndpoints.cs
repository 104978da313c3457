using System.Text.Json.Nodes;
using CursorBroker.Core.Approvals;
using CursorBroker.Core.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Gateway.SignIn.Server.Metadata;

/// <summary>
/// What clients read before anything else: who guards the broker (RFC 9728) and how its authorization server works (RFC 8414). Every address is made from the
/// configured one, whatever host was asked.
/// </summary>
internal static class MetadataEndpoints
{
    // Short enough for a host that sign-in was just set up on.
    private const string Cache = "public, max-age=300";

    /// <summary>The broker as a protected resource, at its root.</summary>
    public static Task ResourceAsync(HttpContext context) => ResourceAsync(context, path: "");

    /// <summary>The same for the path of the Model Context Protocol (RFC 9728, section 3.1).</summary>
    public static Task McpResourceAsync(HttpContext context) => ResourceAsync(context, OAuthPaths.Mcp);

    /// <summary>The authorization server, or 404 where people sign in elsewhere only.</summary>
    public static Task ServerAsync(HttpContext context) => IsServer(context)
        ? JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, Server(Root(context)), Cache)
        : NoServerAsync(context);

    /// <summary>What every endpoint of the authorization server says where there is none.</summary>
    public static Task NoServerAsync(HttpContext context) => JsonAnswer.ErrorAsync(
        context,
        StatusCodes.Status404NotFound,
        "not_found",
        "This broker has no authorization server of its own: no client for signing people in is configured. The protected resource's metadata names the identity providers whose tokens it takes.");

    /// <summary>Whether the host has set sign-in up, without which nobody could be signed in.</summary>
    public static bool IsServer(HttpContext context) => context.RequestServices.GetService<SignInOptions>() is not null;

    private static Task ResourceAsync(HttpContext context, string path)
    {
        var root = Root(context);
        IEnumerable<string> servers = IsServer(context)
            ? [root]
            : context.RequestServices.GetRequiredService<IPolicySource>().Current?.Issuers.Select(static issuer => issuer.Issuer) ?? [];
        return JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["resource"] = root + path,
                ["authorization_servers"] = Texts([.. servers]),
                ["scopes_supported"] = Texts(OAuthScope.Broker),
                ["bearer_methods_supported"] = Texts("header"),
                ["resource_name"] = "CursorBroker",
            },
            Cache);
    }

    private static JsonObject Server(string root) => new()
    {
        ["issuer"] = root,
        ["authorization_endpoint"] = root + OAuthPaths.Authorize,
        ["token_endpoint"] = root + OAuthPaths.Token,
        ["registration_endpoint"] = root + OAuthPaths.Register,
        ["revocation_endpoint"] = root + OAuthPaths.Revoke,
        ["device_authorization_endpoint"] = root + OAuthPaths.DeviceCode,
        ["jwks_uri"] = root + OAuthPaths.Keys,
        ["scopes_supported"] = Texts(OAuthScope.Broker),
        ["response_types_supported"] = Texts("code"),
        ["response_modes_supported"] = Texts("query"),
        ["grant_types_supported"] = Texts("authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"),
        ["token_endpoint_auth_methods_supported"] = Texts("none"),
        ["revocation_endpoint_auth_methods_supported"] = Texts("none"),
        ["code_challenge_methods_supported"] = Texts("S256"),
        ["authorization_response_iss_parameter_supported"] = true,
    };

    private static JsonArray Texts(params string[] values) => new([.. values.Select(static value => JsonValue.Create(value))]);

    private static string Root(HttpContext context) => context.RequestServices.GetRequiredService<ApprovalLinks>().Root.GetLeftPart(UriPartial.Authority);
}
