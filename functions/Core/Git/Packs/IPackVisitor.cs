using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Looks at a pack's objects, one after another. Each is for one thread.</summary>
internal interface IPackVisitor
{
    /// <summary>Takes an object, or a piece of a blob that may be too large to be held: the pieces of a blob come one after another, in order.</summary>
    /// <param name="index">The object's number.</param>
    /// <param name="type">Its type.</param>
    /// <param name="piece">Its content, or the next piece of it.</param>
    /// <param name="isLast">Whether the object ends with it.</param>
    /// <returns>A failure to end the visit; null to go on.</returns>
    GitFailure? Take(int index, GitObjectType type, ReadOnlySpan<byte> piece, bool isLast);
}
