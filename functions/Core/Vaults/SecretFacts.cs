using System.Collections.Immutable;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Vaults;

/// <summary>What a vault says of a secret, or of one version of it; never its value.</summary>
/// <param name="Name">The secret.</param>
/// <param name="Version">The version; null where the vault names none, as in a list of all.</param>
public sealed record SecretFacts(SecretName Name, SecretVersionId? Version)
{
    /// <summary>Whether it may be used.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>From when it may be used; null for always. The vault itself does not hold anybody to it.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>From when it may not be used any more; null for never. The vault itself does not hold anybody to it.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When this version was made.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When what is said of it was last changed.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The vault's word for whether deleted secrets can be brought back.</summary>
    public string? RecoveryLevel { get; init; }

    /// <summary>For how many days they can; null where the vault does not say.</summary>
    public int? RecoverableDays { get; init; }

    /// <summary>What kind of text it is, in its owner's words.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its owner's tags.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When it was deleted; null for one that was not.</summary>
    public DateTimeOffset? Deleted { get; init; }

    /// <summary>When a deleted one will be gone.</summary>
    public DateTimeOffset? Purged { get; init; }

    /// <summary>Whether it may be used now.</summary>
    public bool MayBeUsed(DateTimeOffset now) => IsEnabled && (NotBefore is null || NotBefore <= now) && (Expires is null || now < Expires);
}

/// <summary>A secret with its value. Never prints the value.</summary>
/// <param name="Facts">What is said of it.</param>
/// <param name="Value">The value itself.</param>
public sealed record SecretValue(SecretFacts Facts, string Value)
{
    /// <summary>The name alone.</summary>
    public override string ToString() => $"[{Facts.Name}]";
}

/// <summary>A page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">What to ask the next page by; null after the last. It is the vault's own, and may tell of secrets.</param>
public sealed record SecretPage(ImmutableArray<SecretFacts> Items, string? Next);

/// <summary>What is changed of a version, or said of a new one; what is null stays as it is.</summary>
public sealed record SecretChange
{
    /// <summary>Whether it may be used.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>From when it may be used.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>From when it may not be used any more.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What kind of text it is.</summary>
    public string? ContentType { get; init; }

    /// <summary>All its tags.</summary>
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }
}
