using System.Collections.Immutable;

namespace CursorBroker.Gateway.SignIn;

/// <summary>How people sign in to the broker's pages. A host that registers none has no pages that do anything.</summary>
public sealed record SignInOptions
{
    /// <summary>The exact issuer; must be one that the policy, or the host, trusts: how its claims are read is said there.</summary>
    public required string Issuer { get; init; }

    /// <summary>The client registered at the issuer for these pages, with <c>&lt;public address&gt;/login/callback</c> as its redirect.</summary>
    public required string ClientId { get; init; }

    /// <summary>Its secret; null for a public client. PKCE is used either way.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>
    /// The name of its secret among the host's own (<see cref="Core.State.ISecretSource"/>), read for every sign-in so that a rotation needs no restart. Goes before
    /// <see cref="ClientSecret"/>; null where there is none.
    /// </summary>
    public string? ClientSecretName { get; init; }

    /// <summary>What is asked for; <c>openid</c> and <c>profile</c> unless said otherwise. Must hold <c>openid</c>.</summary>
    public ImmutableArray<string> Scopes { get; init; } = ["openid", "profile"];

    /// <summary>
    /// What is asked for besides when somebody signs in for a client of the broker's own authorization server, so that their groups can be read again later;
    /// <c>offline_access</c> unless said otherwise. Null for a provider that does not know it.
    /// </summary>
    public string? OfflineScope { get; init; } = "offline_access";

    /// <summary>Where browsers reach the broker.</summary>
    public required PublicAddress Address { get; init; }

    /// <summary>How long a sign-in lasts; 8 hours unless said otherwise. Decisions never rely on it.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{ClientId} at {Issuer}";
}
