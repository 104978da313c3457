using System.Diagnostics.CodeAnalysis;

namespace CursorBroker.Core.Operations;

/// <summary>
/// A GitHub repository's <c>owner/name</c>, parsed once at the edge. GitHub compares both parts without
/// case, and so does this type; what the caller wrote is kept for display only.
/// </summary>
/// <remarks>
/// Stricter than GitHub where that costs nobody anything: a name ending in <c>.git</c> or <c>.wiki</c> is
/// refused, because GitHub serves those as another name or another repository for the same rights, and so is
/// one ending in a dot, which some servers cut off.
/// </remarks>
public sealed class RepositoryName : IEquatable<RepositoryName>
{
    /// <summary>Longest owner accepted, in characters: GitHub's 39 plus an Enterprise Managed User suffix.</summary>
    public const int MaxOwnerLength = 50;

    /// <summary>Longest repository name accepted, in characters (GitHub's own limit).</summary>
    public const int MaxNameLength = 100;

    private RepositoryName(string owner, string name)
    {
        Owner = owner;
        Name = name;
    }

    /// <summary>The account that owns the repository, as it was written.</summary>
    public string Owner { get; }

    /// <summary>The repository's own name, as it was written, without <c>.git</c>.</summary>
    public string Name { get; }

    /// <summary>Parses the two parts; false when either is not a name GitHub could have given.</summary>
    public static bool TryCreate(string? owner, string? name, [NotNullWhen(true)] out RepositoryName? repository)
    {
        repository = IsOwner(owner) && IsName(name) ? new RepositoryName(owner, name) : null;
        return repository is not null;
    }

    /// <summary>Parses <c>owner/name</c>; false when it is not exactly two valid parts.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RepositoryName? repository)
    {
        repository = null;
        return text?.Split('/') is [var owner, var name] && TryCreate(owner, name, out repository);
    }

    /// <summary>Parses <c>owner/name</c>.</summary>
    /// <exception cref="FormatException">The text is not a repository name.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var repository) ? repository : throw new FormatException($"'{text}' is not an owner/name.");

    /// <inheritdoc/>
    public bool Equals(RepositoryName? other) =>
        other is not null
        && string.Equals(Owner, other.Owner, StringComparison.OrdinalIgnoreCase)
        && string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RepositoryName);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(
        StringComparer.OrdinalIgnoreCase.GetHashCode(Owner), StringComparer.OrdinalIgnoreCase.GetHashCode(Name));

    /// <summary>The name as it was written.</summary>
    public override string ToString() => $"{Owner}/{Name}";

    private static bool IsOwner([NotNullWhen(true)] string? owner) =>
        owner is { Length: > 0 and <= MaxOwnerLength }
        && owner[0] != '-'
        && owner.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsName([NotNullWhen(true)] string? name) =>
        name is { Length: > 0 and <= MaxNameLength } and not "." and not ".."
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && !name.EndsWith('.')
        && !name.EndsWith(".git", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith(".wiki", StringComparison.OrdinalIgnoreCase);
}
