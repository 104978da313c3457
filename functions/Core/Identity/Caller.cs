using System.Collections.Immutable;

namespace CursorBroker.Core.Identity;

/// <summary>Who asks, as one validated token says. Holds no token.</summary>
public sealed record Caller
{
    /// <summary>The issuer that vouches for everything below.</summary>
    public required string Issuer { get; init; }

    /// <summary>
    /// The one person or workload behind every client and e-mail address: issuer plus the provider's immutable subject
    /// (on Entra <c>tid</c>+<c>oid</c>, since its <c>sub</c> differs per client). Use it wherever "the same person" matters.
    /// </summary>
    public required PersonId Person { get; init; }

    /// <summary>Person or workload.</summary>
    public required CallerKind Kind { get; init; }

    /// <summary>The client the token was issued to (<c>azp</c> or <c>appid</c>); empty when the issuer does not say.</summary>
    public required string Client { get; init; }

    /// <summary>Group names in policy terms, after the issuer's id-to-name mapping.</summary>
    public required ImmutableHashSet<string> Groups { get; init; }

    /// <summary>A name for people to read (e-mail, login or display name); never used to decide.</summary>
    public required string DisplayName { get; init; }

    /// <summary>The token's other claims by name, each with all its values, for a rule's <c>who: { claims: ... }</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Claims { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>When the token itself ends.</summary>
    public DateTimeOffset TokenExpires { get; init; }
}

/// <summary>Whether a token stands for a human being.</summary>
public enum CallerKind
{
    /// <summary>A human being; may approve.</summary>
    Person,

    /// <summary>A pipeline or service; never an approver.</summary>
    Workload,
}

/// <summary>An issuer and its immutable subject: equal for one person however and wherever they signed in.</summary>
/// <param name="Issuer">The token's <c>iss</c>.</param>
/// <param name="Subject">The value(s) of the issuer's configured subject claims, joined with <c>/</c>.</param>
public sealed record PersonId(string Issuer, string Subject)
{
    /// <summary>SHA-256 over both, lower-case hex: an id for State that no two people share.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Digest => SessionTracker.Digest(Issuer, Subject);

    /// <summary><c>issuer#subject</c>.</summary>
    public override string ToString() => $"{Issuer}#{Subject}";

    /// <summary>Reads what <see cref="ToString"/> writes: an issuer has no <c>#</c> in it. Null when it is not that.</summary>
    public static PersonId? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.IndexOf('#', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1 && !LogText.HasControl(text) ? new PersonId(text[..at], text[(at + 1)..]) : null;
    }
}
