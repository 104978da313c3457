using System.Collections.Immutable;
using CursorBroker.Core.Identity;

namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>A person as their identity provider described them, to be the same <see cref="Caller"/> again later.</summary>
internal sealed record SignedIn
{
    /// <summary>The provider.</summary>
    public required string Issuer { get; init; }

    /// <summary>The person, as the provider's settings name people.</summary>
    public required string Subject { get; init; }

    public required string DisplayName { get; init; }

    public required ImmutableArray<string> Groups { get; init; }

    public required ImmutableDictionary<string, ImmutableArray<string>> Claims { get; init; }

    /// <summary>When the provider last said so.</summary>
    public required DateTimeOffset Read { get; init; }

    /// <summary>The provider's refresh token; null when it gave none.</summary>
    public string? Refresh { get; init; }

    public PersonId Person => new(Issuer, Subject);

    public static SignedIn Of(Caller caller, string? refresh, DateTimeOffset now) => new()
    {
        Issuer = caller.Person.Issuer,
        Subject = caller.Person.Subject,
        DisplayName = caller.DisplayName,
        Groups = [.. caller.Groups.Order(StringComparer.Ordinal)],

        // About one sign-in, and not about the person.
        Claims = caller.Claims.RemoveRange(["nonce", "at_hash", "c_hash", "sid", "auth_time"]),
        Read = now,
        Refresh = refresh,
    };

    /// <summary>Who asks with a token of the broker's own.</summary>
    public Caller ToCaller(string client, DateTimeOffset expires) => new()
    {
        Issuer = Issuer,
        Person = Person,
        Kind = CallerKind.Person,
        Client = client,
        Groups = [.. Groups],
        DisplayName = DisplayName,
        Claims = Claims,
        TokenExpires = expires,
    };

    /// <summary>Without the refresh token.</summary>
    public override string ToString() => Person.ToString();
}
