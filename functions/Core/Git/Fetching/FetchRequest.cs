using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>A request for objects, in protocol v0 or v2.</summary>
public sealed class FetchRequest : UploadPackRequest
{
    private readonly ReadOnlyMemory<byte> _shallowLines;
    private readonly ReadOnlyMemory<byte> _haveLines;

    internal FetchRequest(ReadOnlyMemory<byte> shallowLines, ReadOnlyMemory<byte> haveLines)
    {
        _shallowLines = shallowLines;
        _haveLines = haveLines;
    }

    /// <summary>True for protocol v2's <c>fetch</c>; false for v0 and v1, whose requests are the same.</summary>
    public required bool IsV2 { get; init; }

    /// <summary>What was asked for beside objects.</summary>
    public required FetchOptions Options { get; init; }

    /// <summary>The objects wanted, at least one, as the client listed them.</summary>
    public required IReadOnlyList<GitOid> Wants { get; init; }

    /// <summary>How many objects the client said it has.</summary>
    public required int Haves { get; init; }

    /// <summary>How many commits without parents the client said it has.</summary>
    public required int Shallows { get; init; }

    /// <summary>How many commits deep; null when not limited.</summary>
    public int? Deepen { get; init; }

    /// <summary>Only commits after this moment, in seconds since 1970; null when not limited.</summary>
    public long? DeepenSince { get; init; }

    /// <summary>Only commits not reached from these, as the client named them: full ref names or short ones.</summary>
    public ImmutableArray<string> DeepenNot { get; init; } = [];

    /// <summary>What to leave out; null for nothing.</summary>
    public FilterSpec? Filter { get; init; }

    /// <summary>True when negotiation ends here and a pack is to come.</summary>
    public bool Done { get; init; }

    /// <summary>
    /// The broker's own question for the commits, and the annotated tags on the way, that are reachable from some objects and not from others: no trees,
    /// no blobs.
    /// </summary>
    /// <param name="wants">Where to begin; at least one.</param>
    /// <param name="haves">Where to stop; those that the upstream does not have stop nothing.</param>
    /// <param name="format">The repository's object format; null to leave it at the upstream's default.</param>
    public static FetchRequest ForHistory(IReadOnlyCollection<GitOid> wants, IReadOnlyCollection<GitOid> haves, ObjectFormat? format)
    {
        ArgumentNullException.ThrowIfNull(haves);
        var lines = new ArrayBufferWriter<byte>();
        foreach (var have in haves)
        {
            PktLineWriter.WriteLine(lines, $"have {have.Hex}");
        }

        return OwnQuestion(wants, lines.WrittenMemory, haves.Count, deepen: null, format);
    }

    /// <summary>The broker's own question for objects by id, of whatever type, with as little of what they refer to as the protocol allows.</summary>
    /// <param name="ids">The objects; at least one.</param>
    /// <param name="format">The repository's object format; null to leave it at the upstream's default.</param>
    public static FetchRequest ForObjects(IReadOnlyCollection<GitOid> ids, ObjectFormat? format) =>
        OwnQuestion(ids, default, haves: 0, deepen: 1, format);

    /// <summary>The same request without options that would show more than the caller may see.</summary>
    /// <param name="options">The options taken away.</param>
    /// <param name="deepenNot">What takes the place of <see cref="DeepenNot"/>.</param>
    /// <param name="maxDepth">The largest <see cref="Deepen"/> kept as it is; above zero.</param>
    public FetchRequest Without(FetchOptions options, ImmutableArray<string> deepenNot, int maxDepth) => new(_shallowLines, _haveLines)
    {
        Agent = Agent,
        ObjectFormat = ObjectFormat,
        IsV2 = IsV2,
        Options = Options & ~options,
        Wants = Wants,
        Haves = Haves,
        Shallows = Shallows,
        Deepen = Deepen is { } depth ? Math.Min(depth, maxDepth) : null,
        DeepenSince = DeepenSince,
        DeepenNot = deepenNot,
        Filter = Filter,
        Done = Done,
    };

    /// <summary>Writes the request anew from its parts.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="agent">The broker's own name and version, in place of the client's.</param>
    public void WriteTo(IBufferWriter<byte> output, string agent)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (IsV2)
        {
            WriteCommand(output, "fetch", agent);
            foreach (var option in FetchOptionNames.Of(Options))
            {
                PktLineWriter.WriteLine(output, option);
            }
        }

        WriteWants(output, IsV2 ? "" : CapabilitiesOf(agent));
        output.Write(_shallowLines.Span);
        WriteDepth(output);
        if (!IsV2)
        {
            PktLineWriter.WriteFlush(output);
        }

        output.Write(_haveLines.Span);
        if (Done)
        {
            PktLineWriter.WriteLine(output, "done");
        }

        if (IsV2)
        {
            PktLineWriter.WriteFlush(output);
        }
    }

    private static FetchRequest OwnQuestion(
        IReadOnlyCollection<GitOid> wants, ReadOnlyMemory<byte> haveLines, int haves, int? deepen, ObjectFormat? format) => new(default, haveLines)
        {
            ObjectFormat = format,
            IsV2 = true,
            Options = FetchOptions.NoProgress | FetchOptions.OfsDelta,
            Wants = [.. wants],
            Haves = haves,
            Shallows = 0,
            Deepen = deepen,
            Filter = FilterSpec.NoTrees,
            Done = true,
        };

    private void WriteWants(IBufferWriter<byte> output, string capabilities)
    {
        for (var i = 0; i < Wants.Count; i++)
        {
            PktLineWriter.WriteLine(output, $"want {Wants[i].Hex}{(i == 0 ? capabilities : "")}");
        }
    }

    private void WriteDepth(IBufferWriter<byte> output)
    {
        if (Deepen is { } depth)
        {
            PktLineWriter.WriteLine(output, $"deepen {depth.ToString(CultureInfo.InvariantCulture)}");
        }

        if (DeepenSince is { } since)
        {
            PktLineWriter.WriteLine(output, $"deepen-since {since.ToString(CultureInfo.InvariantCulture)}");
        }

        foreach (var name in DeepenNot)
        {
            PktLineWriter.WriteLine(output, $"deepen-not {name}");
        }

        if (Filter is not null)
        {
            PktLineWriter.WriteLine(output, $"filter {Filter.Canonical}");
        }
    }

    private string CapabilitiesOf(string agent)
    {
        if (!CapabilityList.IsAgent(agent))
        {
            throw new ArgumentException("An agent is printable ASCII without spaces.", nameof(agent));
        }

        var items = FetchOptionNames.Of(Options);
        items = ObjectFormat is { } format ? items.Append($"object-format={ObjectFormats.NameOf(format)}") : items;
        items = Agent is null ? items : items.Append($"agent={agent}");
        return string.Concat(items.Select(static item => " " + item));
    }
}
