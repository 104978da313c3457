using System.Buffers;
using System.Collections.Immutable;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>Protocol v2's <c>ls-refs</c>: which refs are there?</summary>
public sealed class LsRefsRequest : UploadPackRequest
{
    /// <summary>Whether to say what annotated tags point to.</summary>
    public bool Peel { get; init; }

    /// <summary>Whether to say what symbolic refs point to.</summary>
    public bool Symrefs { get; init; }

    /// <summary>Whether to show a HEAD that points to a branch not there yet.</summary>
    public bool Unborn { get; init; }

    /// <summary>Only refs that begin with one of these; all when there is none. A hint, which a server may ignore.</summary>
    public ImmutableArray<string> Prefixes { get; init; } = [];

    /// <summary>A request for every ref, as the broker itself asks when it must know the tips.</summary>
    /// <param name="format">The repository's object format; null to leave it at the upstream's default.</param>
    public static LsRefsRequest Everything(ObjectFormat? format) => new() { Peel = true, Symrefs = true, ObjectFormat = format };

    /// <summary>Writes the request anew from its parts.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="agent">The broker's own name and version, in place of the client's.</param>
    /// <param name="askSymrefs">
    /// Ask for symbolic refs' targets even when the client did not: without them it cannot be told whether HEAD shows a hidden ref.
    /// </param>
    public void WriteTo(IBufferWriter<byte> output, string agent, bool askSymrefs)
    {
        WriteCommand(output, "ls-refs", agent);
        if (Peel)
        {
            PktLineWriter.WriteLine(output, "peel");
        }

        if (Symrefs || askSymrefs)
        {
            PktLineWriter.WriteLine(output, "symrefs");
        }

        if (Unborn)
        {
            PktLineWriter.WriteLine(output, "unborn");
        }

        foreach (var prefix in Prefixes)
        {
            PktLineWriter.WriteLine(output, $"ref-prefix {prefix}");
        }

        PktLineWriter.WriteFlush(output);
    }
}
