using System.Text;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>
/// Filters a v0 or v1 advertisement (gitprotocol-pack(5), "Reference Discovery"). The capabilities ride on the first ref, so when that one is
/// hidden they move to the next that is shown, and to the <c>capabilities^{}</c> line when none is.
/// </summary>
internal sealed class RefAdvertisement(PktLineReader packets, PacketSink sink, AdvertisementRules rules, IShownRefVisitor? visitor)
{
    private readonly RefFilter _filter = new(rules.Visible);
    private AdvertisedCapabilities? _capabilities;
    private bool _wroteCapabilities;
    private byte[] _last = [];
    private bool _lastShown;

    private enum LineKind
    {
        NoRefs,
        Have,
        Peeled,
        Ref,
    }

    public async ValueTask<GitFailure?> RunAsync(PktLine first, int version, CancellationToken cancellationToken)
    {
        sink.Line($"# service={GitServices.NameOf(rules.Service)}");
        sink.Flush();
        if (version == 1)
        {
            sink.Line("version 1");
        }

        for (var packet = first; ; packet = await packets.ReadAsync(cancellationToken))
        {
            var failure = packet.Kind switch
            {
                // Of an empty repository a git before 2.42 says nothing at all to who fetches; to who pushes it always names capabilities.
                PktLineKind.Flush when _capabilities is null && rules.Service == GitService.ReceivePack => GitFailure.Malformed("the advertisement has no capabilities"),
                PktLineKind.Flush => null,
                PktLineKind.Data => Take(packet.Line),
                PktLineKind.End => GitFailure.Truncated("the advertisement ends before its flush"),
                _ => packet.Failure,
            };
            failure ??= await sink.DrainAsync(all: false, cancellationToken);
            if (failure is not null)
            {
                return failure;
            }

            if (packet.Kind == PktLineKind.Flush)
            {
                await (visitor?.CompleteAsync(cancellationToken) ?? ValueTask.CompletedTask);
                WriteNoRefs();
                sink.Flush();
                return null;
            }
        }
    }

    private GitFailure? Take(ReadOnlySpan<byte> line)
    {
        if (GitErrorPacket.Read(line) is { } error)
        {
            return error;
        }

        if (_capabilities is null)
        {
            var nul = line.IndexOf((byte)0);
            var parsed = AdvertisedCapabilities.Parse(nul < 0 ? [] : line[(nul + 1)..], rules);
            if (!parsed.Succeeded)
            {
                return parsed.Failure;
            }

            _capabilities = parsed.Value;
            line = nul < 0 ? line : line[..nul];
        }
        else if (line.StartsWith("shallow "u8))
        {
            return TakeShallow(line);
        }

        return RefLine.TryParse(line, _capabilities.Format, out var reference)
            ? TakeRef(reference)
            : GitFailure.Malformed("the advertisement holds a line that is not 'oid ref'");
    }

    private GitFailure? TakeRef(RefLine reference)
    {
        var shown = false;
        switch (KindOf(reference.Name))
        {
            case LineKind.NoRefs:
                return null;
            case LineKind.Have:
                // Tips of other repositories that share objects: they have no name to be judged by.
                shown = _filter.IsEverything;
                break;
            case LineKind.Peeled when !reference.Name[..^3].SequenceEqual(_last):
                return GitFailure.Malformed("a peeled line does not follow its ref");
            case LineKind.Peeled:
                shown = _lastShown;
                break;
            default:
                shown = reference.Name.SequenceEqual("HEAD"u8) ? _filter.ShowsHead(_capabilities!.HeadTarget) : _filter.Shows(reference.Name);
                _last = reference.Name.ToArray();
                _lastShown = shown;
                break;
        }

        return shown ? Show(reference) : null;
    }

    private GitFailure? Show(RefLine reference)
    {
        visitor?.Shown(reference.Oid, reference.Name);
        return WriteRef(reference.Oid, reference.Name)
            ? null
            : GitFailure.TooLarge("a ref and the capabilities do not fit into one pkt-line");
    }

    // Of a shallow upstream: the ids of commits that may belong to hidden refs alone.
    private GitFailure? TakeShallow(ReadOnlySpan<byte> line)
    {
        if (line.Length != "shallow ".Length + ObjectFormats.HexLength(_capabilities!.Format) || !GitText.IsHex(line["shallow ".Length..]))
        {
            return GitFailure.Malformed("a shallow line does not hold an object id");
        }

        if (_filter.IsEverything)
        {
            WriteNoRefs();
            sink.Data([.. line, (byte)'\n']);
        }

        return null;
    }

    private void WriteNoRefs()
    {
        if (!_wroteCapabilities && _capabilities is not null)
        {
            WriteRef(Encoding.ASCII.GetBytes(ObjectFormats.Zero(_capabilities.Format).Hex), "capabilities^{}"u8);
        }
    }

    private bool WriteRef(ReadOnlySpan<byte> oid, ReadOnlySpan<byte> name)
    {
        byte[] capabilities = _wroteCapabilities ? [] : [0, .. Encoding.UTF8.GetBytes(_capabilities!.Text)];
        if (oid.Length + name.Length + capabilities.Length + 2 > PktLine.MaxPayload)
        {
            return false;
        }

        _wroteCapabilities = true;
        sink.Data([.. oid, (byte)' ', .. name, .. capabilities, (byte)'\n']);
        return true;
    }

    private static LineKind KindOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("capabilities^{}"u8) ? LineKind.NoRefs
        : name.SequenceEqual(".have"u8) ? LineKind.Have
        : name.EndsWith("^{}"u8) ? LineKind.Peeled
        : LineKind.Ref;
}
