using System.Security.Cryptography;
using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Computes object ids: the hash over type, size and content. Not for concurrent use.</summary>
internal sealed class ObjectHasher(ObjectFormat format) : IDisposable
{
    private readonly IncrementalHash _hash = Create(format);

    /// <summary>A hash of this format.</summary>
    public static IncrementalHash Create(ObjectFormat format) =>
        IncrementalHash.CreateHash(format == ObjectFormat.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);

    /// <summary>Begins an object.</summary>
    public void Begin(GitObjectType type, long size)
    {
        Span<byte> head = stackalloc byte[32];
        var name = type switch
        {
            GitObjectType.Commit => "commit "u8,
            GitObjectType.Tree => "tree "u8,
            GitObjectType.Tag => "tag "u8,
            _ => "blob "u8,
        };
        name.CopyTo(head);
        size.TryFormat(head[name.Length..], out var digits, provider: System.Globalization.CultureInfo.InvariantCulture);
        _hash.AppendData(head[..(name.Length + digits + 1)]);
    }

    /// <summary>More of the content.</summary>
    public void Append(ReadOnlySpan<byte> content) => _hash.AppendData(content);

    /// <summary>The id.</summary>
    public void End(Span<byte> id) => _hash.GetHashAndReset(id);

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
