using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>The head of a push: everything before the pack (gitprotocol-pack(5), "Pushing Data To a Server").</summary>
public sealed record ReceivePackRequest
{
    /// <summary>Commits of which the client has no parents.</summary>
    public required ImmutableArray<GitOid> Shallow { get; init; }

    /// <summary>The ref commands in the client's order, each ref once. Empty exactly for a probe.</summary>
    public required ImmutableArray<RefUpdate> Updates { get; init; }

    /// <summary>What the client asked for.</summary>
    public required ReceivePackCapabilities Capabilities { get; init; }

    /// <summary>
    /// True for the exact body <c>0000</c>, with which a client tries authentication before it sends a large push. It asks for nothing.
    /// </summary>
    public bool IsProbe => Updates.IsEmpty;

    /// <summary>True when a pack follows the head: some command is not a delete.</summary>
    public bool HasPack => Updates.Any(static update => !update.IsDelete);

    /// <summary>The hash that all object ids are of.</summary>
    public ObjectFormat ObjectFormat => Capabilities.ObjectFormat ?? ObjectFormat.Sha1;

    /// <summary>Writes the head anew from its parts; the pack follows directly.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="agent">The broker's own name and version, which takes the place of the client's: printable ASCII, no space.</param>
    public void WriteHead(IBufferWriter<byte> output, string agent)
    {
        if (!CapabilityList.IsAgent(agent))
        {
            throw new ArgumentException("An agent is printable ASCII without spaces.", nameof(agent));
        }

        foreach (var oid in Shallow)
        {
            PktLineWriter.WriteLine(output, $"shallow {oid.Hex}");
        }

        for (var i = 0; i < Updates.Length; i++)
        {
            var update = Updates[i];
            var capabilities = i == 0 ? "\0 " + Capabilities.Format(agent) : "";
            PktLineWriter.WriteData(output, Encoding.UTF8.GetBytes($"{update.Old.Hex} {update.New.Hex} {update.Ref.Value}{capabilities}"));
        }

        PktLineWriter.WriteFlush(output);
    }
}

/// <summary>What reading the head of a push gave.</summary>
/// <param name="Request">The head; null when there is a failure.</param>
/// <param name="Capabilities">What the client asked for as far as it was understood: how a failure is to be told.</param>
/// <param name="Failure">Why the push is refused; null when it is not.</param>
public sealed record ReceivePackReading(ReceivePackRequest? Request, ReceivePackCapabilities Capabilities, GitFailure? Failure);

/// <summary>Bounds on the head of a push.</summary>
public sealed record ReceivePackLimits
{
    /// <summary>Most ref commands in one push; 10,000 by default.</summary>
    public int MaxCommands { get; init; } = 10_000;

    /// <summary>Longest head, in bytes; 4 MiB by default.</summary>
    public int MaxHeadBytes { get; init; } = 4 * 1024 * 1024;
}
