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
}

/// <summary>One object.</summary>
/// <param name="Id">Its id, which its content hashes to.</param>
/// <param name="Type">Its type.</param>
/// <param name="Content">Its content, without git's header.</param>
public sealed record GitObject(GitOid Id, GitObjectType Type, ReadOnlyMemory<byte> Content);
