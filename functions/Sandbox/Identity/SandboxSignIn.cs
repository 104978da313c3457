namespace CursorBroker.Sandbox.Identity;

/// <summary>At which client a person signs in, and how.</summary>
public sealed record SandboxSignIn
{
    /// <summary>The client; the command line's by default.</summary>
    public string ClientId { get; init; } = SandboxClient.CommandLineId;

    /// <summary>The redirect; nothing need listen there.</summary>
    public string RedirectUri { get; init; } = "http://127.0.0.1:49152/callback";

    /// <summary>The scopes.</summary>
    public string Scope { get; init; } = "openid profile offline_access access_as_user";

    /// <summary>True to get a token that says it has too many groups to list.</summary>
    public bool TooManyGroups { get; init; }
}
