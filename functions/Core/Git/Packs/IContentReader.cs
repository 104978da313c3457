using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Takes objects one after another, each in pieces.</summary>
internal interface IContentReader
{
    /// <summary>An object comes; false when nobody needs to look at it.</summary>
    bool Begin(GitOid id);

    /// <summary>A piece of it.</summary>
    void Take(ReadOnlySpan<byte> piece, bool end);

    /// <summary>It was whole; a failure ends the reading.</summary>
    GitFailure? End(GitOid id, GitObjectType type);
}
