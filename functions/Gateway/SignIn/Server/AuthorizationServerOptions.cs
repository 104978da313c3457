using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn.Server;

/// <summary>What a host may say about the broker's own authorization server. All of it has a default.</summary>
public sealed record AuthorizationServerOptions
{
    /// <summary>How long an access token is good for: 15 minutes, which is also the most there may be.</summary>
    public static readonly TimeSpan AccessLifetime = TimeSpan.FromMinutes(15);

    /// <summary>
    /// For how long groups count as they were at sign-in where the identity provider gives no refresh token to read them again with; 8 hours unless said otherwise, at
    /// most 24. Then people sign in again. It is also how long the token of a client lasts that cannot refresh (<c>gh</c>).
    /// </summary>
    public TimeSpan GroupsLifetime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>After how long people sign in again whatever was refreshed since; 30 days unless said otherwise.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Redirects, compared to the letter, that clients may register beside Cursor's own and loopback addresses.</summary>
    public ImmutableArray<string> FurtherRedirects { get; init; } = [];

    /// <summary>Clients that come with an id of their own and register nowhere.</summary>
    public ImmutableArray<WellKnownClient> FurtherClients { get; init; } = [];
}

/// <summary>A client that comes with an id of its own, as <c>gh</c> and Git Credential Manager do: public, whatever secret was built into it.</summary>
/// <param name="Id">Its client id.</param>
/// <param name="Name">What people are told it is called.</param>
/// <param name="Redirects">Its redirects, to the letter; for http on loopback without a port, any port will do (RFC 8252, section 7.3).</param>
/// <param name="Refreshes">Whether it can use a refresh token. One that cannot gets a token for as long as groups count.</param>
public sealed record WellKnownClient(string Id, string Name, ImmutableArray<string> Redirects, bool Refreshes);
