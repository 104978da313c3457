using CursorBroker.Gateway.SignIn;
using CursorBroker.Gateway.SignIn.Server;

namespace CursorBroker.Local.Hosting;

/// <summary>Where browsers reach the broker and how people sign in to its pages, from the environment.</summary>
internal static class SignInSettings
{
    /// <summary>The public address; where it listens when it is not set.</summary>
    public const string UrlVariable = "CURSORBROKER_URL";

    public const string IssuerVariable = "CURSORBROKER_SIGNIN_ISSUER";

    public const string ClientIdVariable = "CURSORBROKER_SIGNIN_CLIENT_ID";

    public const string ClientSecretVariable = "CURSORBROKER_SIGNIN_CLIENT_SECRET";

    /// <summary>The public address that is configured; null when it is simply where the broker listens.</summary>
    /// <exception cref="CannotStartException">It is no address that browsers could be sent to.</exception>
    public static Uri? Address(Func<string, string?> variable)
    {
        if (variable(UrlVariable) is not { Length: > 0 } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? url
            : throw new CannotStartException($"{UrlVariable} must be an https URL without a path, such as https://broker.example.com (http only on a loopback address).");
    }

    /// <summary>The broker's own authorization server.</summary>
    /// <exception cref="CannotStartException">A setting makes no sense.</exception>
    public static AuthorizationServerOptions Server(Func<string, string?> variable) =>
        AuthorizationServerSettings.Read(variable, static problem => throw new CannotStartException(problem));

    /// <summary>The sign-in that is configured; null when none is, and then nobody can decide on approvals.</summary>
    /// <exception cref="CannotStartException">Only a part of it is set.</exception>
    public static SignInClient? Client(Func<string, string?> variable)
    {
        var (issuer, client, secret) = (Value(IssuerVariable), Value(ClientIdVariable), Value(ClientSecretVariable));
        if (issuer is null && client is null && secret is null)
        {
            return null;
        }

        return issuer is not null && client is not null
            ? new SignInClient(issuer, client, secret)
            : throw new CannotStartException($"{(issuer is null ? IssuerVariable : ClientIdVariable)} is not set, but other settings for signing in are. Set {IssuerVariable} and {ClientIdVariable} (and {ClientSecretVariable} for a confidential client), or none.");

        string? Value(string name) => variable(name) is { Length: > 0 } text ? text : null;
    }
}

/// <summary>The broker's own client at an identity provider.</summary>
/// <param name="Issuer">The provider; one that the policy, or the host, trusts.</param>
/// <param name="ClientId">The client.</param>
/// <param name="ClientSecret">Its secret; null for a public client.</param>
internal sealed record SignInClient(string Issuer, string ClientId, string? ClientSecret)
{
    /// <summary>How the pages are told of it.</summary>
    public SignInOptions At(PublicAddress address) => new() { Issuer = Issuer, ClientId = ClientId, ClientSecret = ClientSecret, Address = address, OfflineScope = AuthorizationServerSettings.OfflineScopeOf(Environment.GetEnvironmentVariable) };

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{ClientId} at {Issuer}";
}
