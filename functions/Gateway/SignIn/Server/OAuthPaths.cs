namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>The authorization server's paths. What begins with <c>/login</c> is as GitHub has it, for its own tools.</summary>
internal static class OAuthPaths
{
    public const string Resource = "/.well-known/oauth-protected-resource";

    public const string McpResource = Resource + "/mcp";

    public const string Server = "/.well-known/oauth-authorization-server";

    public const string McpServer = Server + "/mcp";

    public const string OpenIdServer = "/.well-known/openid-configuration";

    public const string Authorize = "/oauth/authorize";

    public const string Consent = "/oauth/consent";

    public const string Token = "/oauth/token";

    public const string Register = "/oauth/register";

    public const string Revoke = "/oauth/revoke";

    public const string CutOff = "/oauth/cut-off";

    public const string Keys = "/oauth/jwks";

    public const string GitHubAuthorize = "/login/oauth/authorize";

    public const string GitHubToken = "/login/oauth/access_token";

    public const string DeviceCode = "/login/device/code";

    public const string DevicePage = "/login/device";

    /// <summary>The protected resource of the Model Context Protocol.</summary>
    public const string Mcp = "/mcp";
}
