using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>Git objects by id: what one pack holds. Safe for any number of threads.</summary>
public interface IObjectSource
{
    /// <summary>How many objects.</summary>
    int Count { get; }

    /// <summary>The object's type; null when it is not here.</summary>
    GitObjectType? TypeOf(GitOid id);

    /// <summary>The whole object; a failure when it is not here, or larger than what may be held in memory.</summary>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    GitResult<GitObject> Read(GitOid id);

    /// <summary>An object of any size, a piece at a time; a failure when it is not here, and then what was taken is no whole object.</summary>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    GitFailure? Stream(GitOid id, ObjectPiece take, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(take);
        var read = Read(id);
        if (read.Succeeded)
        {
            take(read.Value.Content.Span, end: true);
        }

        return read.Failure;
    }
}

/// <summary>Takes a piece of an object.</summary>
/// <param name="piece">The piece; gone when this returns.</param>
/// <param name="end">Whether it is the last.</param>
public delegate void ObjectPiece(ReadOnlySpan<byte> piece, bool end);

/// <summary>One object.</summary>
/// <param name="Id">Its id, which its content hashes to.</param>
/// <param name="Type">Its type.</param>
/// <param name="Content">Its content, without git's header.</param>
public sealed record GitObject(GitOid Id, GitObjectType Type, ReadOnlyMemory<byte> Content);
