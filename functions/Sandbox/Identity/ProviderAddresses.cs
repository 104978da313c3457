namespace CursorBroker.Sandbox.Identity;

/// <summary>Where the provider's things are, in Entra's layout. Known once the port is bound.</summary>
internal sealed class ProviderAddresses
{
    public const string TenantPath = "/" + SandboxDirectory.TenantId;
    public const string IssuerPath = TenantPath + "/v2.0";
    public const string Authorize = "oauth2/v2.0/authorize";
    public const string Token = "oauth2/v2.0/token";
    public const string Keys = "discovery/v2.0/keys";
    public const string Configuration = "v2.0/.well-known/openid-configuration";

    private Uri? _root;

    /// <summary>The root, with a slash at the end.</summary>
    public Uri Root
    {
        get => _root ?? throw new InvalidOperationException("The provider does not listen yet.");
        set => _root = value;
    }

    public Uri? IssuerOrNone => _root is null ? null : new Uri(_root, IssuerPath);

    public Uri Issuer => new(Root, IssuerPath);

    /// <summary>Stands for <c>https://graph.microsoft.com</c>.</summary>
    public string Graph => new Uri(Root, "graph").AbsoluteUri;
}
