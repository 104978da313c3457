namespace CursorBroker.Core.Git.Objects;

/// <summary>The four kinds of git objects, numbered as in a pack (gitformat-pack(5)).</summary>
public enum GitObjectType
{
    /// <summary>A commit.</summary>
    Commit = 1,

    /// <summary>A tree.</summary>
    Tree = 2,

    /// <summary>A blob.</summary>
    Blob = 3,

    /// <summary>An annotated tag.</summary>
    Tag = 4,
}
