using System.Collections.Immutable;

namespace CursorBroker.Core.Operations;

/// <summary>
/// GitHub App permissions with their access, for example <c>contents:read</c>. Never holds <see cref="Access.None"/>.
/// Names are GitHub's own, as in the body of <c>POST /app/installations/{id}/access_tokens</c>.
/// </summary>
public sealed class PermissionSet : IEquatable<PermissionSet>
{
    /// <summary>The permission for file contents, commits, branches and git itself.</summary>
    public const string Contents = "contents";

    private readonly ImmutableSortedDictionary<string, Access> _permissions;

    private PermissionSet(ImmutableSortedDictionary<string, Access> permissions) => _permissions = permissions;

    /// <summary>No permission at all.</summary>
    public static PermissionSet Empty { get; } = new(ImmutableSortedDictionary.Create<string, Access>(StringComparer.Ordinal));

    /// <summary><c>metadata:read</c>: what GitHub gives with every token, asked for or not.</summary>
    public static PermissionSet MetadataRead { get; } = Of("metadata", Access.Read);

    /// <summary><c>contents:read</c>.</summary>
    public static PermissionSet ContentsRead { get; } = Of(Contents, Access.Read);

    /// <summary><c>contents:write</c>.</summary>
    public static PermissionSet ContentsWrite { get; } = Of(Contents, Access.Write);

    /// <summary><c>contents:write, workflows:write</c>: what GitHub wants for a change to workflow files.</summary>
    public static PermissionSet WorkflowsWrite { get; } = ContentsWrite.With("workflows", Access.Write);

    /// <summary>True when it holds nothing. A token must never be minted for it: GitHub reads "empty" as "everything".</summary>
    public bool IsEmpty => _permissions.IsEmpty;

    /// <summary>True when some permission in it is above read.</summary>
    public bool Writes => _permissions.Values.Any(static access => access > Access.Read);

    /// <summary>The permissions in name order.</summary>
    public IEnumerable<KeyValuePair<string, Access>> Items => _permissions;

    /// <summary>One permission.</summary>
    public static PermissionSet Of(string name, Access access) => Empty.With(name, access);

    /// <summary>The access held for a name; <see cref="Access.None"/> when absent.</summary>
    public Access this[string name] => _permissions.GetValueOrDefault(name, Access.None);

    /// <summary>This set with one permission set to an access; <see cref="Access.None"/> removes it.</summary>
    public PermissionSet With(string name, Access access) =>
        new(access == Access.None ? _permissions.Remove(name) : _permissions.SetItem(name, access));

    /// <summary>The smallest set that holds both.</summary>
    public PermissionSet Union(PermissionSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var union = this;
        foreach (var (name, access) in other._permissions)
        {
            union = union[name] >= access ? union : union.With(name, access);
        }

        return union;
    }

    /// <summary>True when every permission of <paramref name="needed"/> is held at its access or above.</summary>
    public bool Covers(PermissionSet needed)
    {
        ArgumentNullException.ThrowIfNull(needed);
        return needed._permissions.All(pair => this[pair.Key] >= pair.Value);
    }

    /// <inheritdoc/>
    public bool Equals(PermissionSet? other) => other is not null && _permissions.SequenceEqual(other._permissions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PermissionSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, access) in _permissions)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(access);
        }

        return hash.ToHashCode();
    }

    /// <summary>The permissions as people write them: <c>contents:write, issues:read</c>.</summary>
    public override string ToString() => IsEmpty
        ? "none"
        : string.Join(", ", _permissions.Select(static pair => $"{pair.Key}:{NameOf(pair.Value)}"));

    private static string NameOf(Access access) => access switch
    {
        Access.Read => "read",
        Access.Write => "write",
        Access.Admin => "admin",
        _ => "none",
    };
}
