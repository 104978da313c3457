using CursorBroker.Core.Git.Objects;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>
/// Makes every object that builds on one root, each once, without recursion and with no more of their bases in memory than a budget allows.
/// Not for concurrent use; several walks may run over one pack at the same time.
/// </summary>
/// <param name="reader">Reads entries.</param>
/// <param name="tree">Which builds on which.</param>
/// <param name="visit">Takes each delta's object.</param>
/// <param name="maxDepth">Longest chain.</param>
/// <param name="heldBytes">Most bytes of bases to hold.</param>
/// <param name="again">What making bases again may take.</param>
internal sealed class DeltaWalk(EntryReader reader, DeltaTree tree, DeltaWalk.Visit visit, int maxDepth, long heldBytes, InflateBudget again)
{
    private readonly Stack<(int Delta, Base On)> _pending = new();
    private readonly Queue<Base> _held = new();
    private long _bytes;

    /// <summary>Takes an object; a failure ends the walk.</summary>
    public delegate GitFailure? Visit(int index, GitObjectType type, ReadOnlySpan<byte> content);

    /// <summary>Walks what builds on a root.</summary>
    /// <param name="root">An object that is no delta.</param>
    /// <param name="type">Its type, and so that of everything that builds on it.</param>
    /// <param name="visitRoot">Whether the root itself is visited too.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    public GitFailure? Run(int root, GitObjectType type, bool visitRoot, CancellationToken cancellationToken)
    {
        var failure = reader.ReadWhole(root, out var content) ?? (visitRoot ? visit(root, type, content) : null) ?? Open(root, content, 0);
        while (failure is null && _pending.TryPop(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            failure = Make(next.Delta, next.On, type);
        }

        return failure;
    }

    private GitFailure? Make(int delta, Base on, GitObjectType type)
    {
        if (on.Content is null && MakeAgain(on) is { } lost)
        {
            return lost;
        }

        var failure = reader.ReadDelta(delta, on.Content, out var content) ?? visit(delta, type, content);
        if (--on.Waiting == 0)
        {
            Drop(on);
        }

        return failure ?? Open(delta, content, on.Depth + 1);
    }

    private GitFailure? MakeAgain(Base on)
    {
        var before = reader.Made;
        if ((reader.ReadAny(on.Index, null, out var content) ?? again.Spend(reader.Made - before)) is { } failure)
        {
            return failure;
        }

        on.Content = content;
        Hold(on);
        return null;
    }

    // What nothing builds on comes last and so is made first: the base is then held for as short as can be.
    private GitFailure? Open(int index, byte[] content, int depth)
    {
        if (!tree.HasChildren(index))
        {
            return null;
        }

        if (depth == maxDepth)
        {
            return GitFailure.TooLarge($"the pack has a chain of more than {maxDepth} deltas (limit {nameof(PackLimits.MaxDeltaDepth)})");
        }

        var on = new Base { Index = index, Depth = depth, Content = content };
        foreach (var withChildren in (ReadOnlySpan<bool>)[true, false])
        {
            for (var child = tree.First(index); child >= 0; child = tree.Next(child))
            {
                if (tree.HasChildren(child) == withChildren)
                {
                    _pending.Push((child, on));
                    on.Waiting++;
                }
            }
        }

        Hold(on);
        return null;
    }

    // The oldest are needed last, so they are given up first, and made again then.
    private void Hold(Base on)
    {
        _held.Enqueue(on);
        for (_bytes += on.Content!.Length; _bytes > heldBytes && _held.Count > 1;)
        {
            Drop(_held.Dequeue());
        }

        while (_held.TryPeek(out var oldest) && oldest.Content is null)
        {
            _held.Dequeue();
        }
    }

    private void Drop(Base on)
    {
        _bytes -= on.Content?.Length ?? 0;
        on.Content = null;
    }

    private sealed class Base
    {
        public required int Index { get; init; }

        public required int Depth { get; init; }

        public required byte[]? Content { get; set; }

        public int Waiting { get; set; }
    }
}
