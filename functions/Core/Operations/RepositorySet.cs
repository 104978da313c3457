using System.Collections.Immutable;

namespace CursorBroker.Core.Operations;

/// <summary>
/// The repositories that one credential is for: at least one, nearly always exactly one, all of the same owner. Neither order nor case counts, and none is in it twice: two
/// sets of the same repositories are equal, however they were put together.
/// </summary>
public sealed class RepositorySet : IEquatable<RepositorySet>
{
    /// <summary>The most repositories that GitHub names in one token (docs.github.com, "Create an installation access token for an app").</summary>
    public const int Most = 500;

    private RepositorySet(ImmutableArray<RepositoryName> items) => Items = items;

    /// <summary>The repositories, in the order of their names.</summary>
    public ImmutableArray<RepositoryName> Items { get; }

    /// <summary>Who owns all of them, as it was written once.</summary>
    public string Owner => Items[0].Owner;

    /// <summary>Puts a set together.</summary>
    /// <exception cref="ArgumentException">There is none, more than <see cref="Most"/>, or they are not all of one owner: no credential can be for these.</exception>
    public static RepositorySet Of(IEnumerable<RepositoryName> repositories)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        ImmutableArray<RepositoryName> items = [.. repositories.Distinct().OrderBy(static repository => repository.ToString(), StringComparer.OrdinalIgnoreCase)];
        if (items.Length is 0 or > Most)
        {
            throw new ArgumentException($"A credential is for at least one repository and at most {Most}: {items.Length}.", nameof(repositories));
        }

        return items.All(item => string.Equals(item.Owner, items[0].Owner, StringComparison.OrdinalIgnoreCase))
            ? new(items)
            : throw new ArgumentException("The repositories of one credential all have the same owner.", nameof(repositories));
    }

    /// <summary>The set of one.</summary>
    public static implicit operator RepositorySet(RepositoryName repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return new([repository]);
    }

    /// <inheritdoc/>
    public bool Equals(RepositorySet? other) => other is not null && Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RepositorySet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Items.Length, Items[0], Items[^1]);

    /// <summary><c>acme/x</c>, or <c>acme/x and 3 more</c>.</summary>
    public override string ToString() => Items.Length == 1 ? Items[0].ToString() : $"{Items[0]} and {Items.Length - 1} more";
}
