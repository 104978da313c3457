using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Objects;

/// <summary>The objects of a push that brings none.</summary>
public sealed class NoObjects : IObjectSource
{
    /// <summary>The one there is.</summary>
    public static NoObjects Instance { get; } = new();

    private NoObjects()
    {
    }

    /// <inheritdoc/>
    public int Count => 0;

    /// <inheritdoc/>
    public GitObjectType? TypeOf(GitOid id) => null;

    /// <inheritdoc/>
    public GitResult<GitObject> Read(GitOid id) => GitFailure.Malformed("the push brings no objects");
}
