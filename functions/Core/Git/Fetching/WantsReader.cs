using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>Reads a protocol v0 (or v1) fetch as stateless HTTP sends it: what is wanted, a flush, and then rounds of what is had.</summary>
internal sealed class WantsReader(PktLineReader packets, UploadPackLimits limits)
{
    private readonly FetchArguments _arguments = new(limits);

    public async ValueTask<GitResult<UploadPackRequest>> ReadAsync(PktLine first, CancellationToken cancellationToken)
    {
        for (var packet = first; ; packet = await packets.ReadAsync(cancellationToken))
        {
            var failure = packet.Kind switch
            {
                PktLineKind.Flush => null,
                PktLineKind.Data => TakeWish(packet.Line),
                PktLineKind.End => GitFailure.Truncated("the fetch ends before the flush that closes its wants"),
                _ => packet.Failure,
            };
            failure ??= packet.Kind == PktLineKind.Flush ? _arguments.Check() ?? await ReadHavesAsync(cancellationToken) : null;
            if (failure is not null)
            {
                return failure;
            }

            if (packet.Kind == PktLineKind.Flush)
            {
                return _arguments.Build(isV2: false);
            }
        }
    }

    private async ValueTask<GitFailure?> ReadHavesAsync(CancellationToken cancellationToken)
    {
        // A request may end after any round: the next one repeats everything. After "done" there is nothing more to say.
        while (!_arguments.Done)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            if (packet.Kind == PktLineKind.End)
            {
                return null;
            }

            if (packet.Kind == PktLineKind.Flush)
            {
                _arguments.EndRound();
            }
            else if ((packet.Kind == PktLineKind.Data ? TakeHave(packet.Line) : packet.Failure) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private GitFailure? TakeWish(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("want "u8))
        {
            // The capabilities come with the first want, and with them the object format that every other line is read by.
            return !_arguments.HasWants ? GitFailure.Malformed("a fetch begins with what it wants")
                : _arguments.TryDepth(line) is (true, var failure) ? failure
                : Unknown(line);
        }

        line = line["want ".Length..];
        var space = line.IndexOf((byte)' ');
        if (space >= 0)
        {
            if (_arguments.HasWants)
            {
                return GitFailure.Malformed("only the first want may carry capabilities");
            }

            if (TakeCapabilities(line[(space + 1)..]) is { } failure)
            {
                return failure;
            }

            line = line[..space];
        }

        if (!_arguments.HasWants && line.Length == ObjectFormats.HexLength(ObjectFormat.Sha256))
        {
            // git itself names its format in version 2 alone; in version 0 and 1 the length of the first want says it.
            _arguments.ObjectFormat ??= ObjectFormat.Sha256;
        }

        return _arguments.Want(line);
    }

    private GitFailure? TakeHave(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("done"u8))
        {
            _arguments.Done = true;
            return null;
        }

        return line.StartsWith("have "u8) ? _arguments.Have(line["have ".Length..]) : Unknown(line);
    }

    private GitFailure? TakeCapabilities(ReadOnlySpan<byte> list)
    {
        if (!CapabilityList.TrySplit(list, out var items))
        {
            return CapabilityList.NotPrintable;
        }

        foreach (var item in items)
        {
            if (!TakeCapability(item))
            {
                return CapabilityList.Unknown(item);
            }
        }

        return null;
    }

    private bool TakeCapability(string item)
    {
        var (key, value) = CapabilityList.Pair(item);
        switch (key)
        {
            case "agent" when _arguments.Agent is null && CapabilityList.IsAgent(value):
                _arguments.Agent = value;
                return true;
            case "object-format" when _arguments.ObjectFormat is null && ObjectFormats.Parse(value) is { } format:
                _arguments.ObjectFormat = format;
                return true;
            case "session-id":
                return true;
            default:
                var option = value is null ? FetchOptionNames.ParseCapability(key) : FetchOptions.None;
                _arguments.Options |= option;
                return option != FetchOptions.None;
        }
    }

    private static GitFailure Unknown(ReadOnlySpan<byte> line) =>
        GitFailure.Unsupported($"the line '{GitText.OneLine(line, 64)}' is not supported in a fetch");
}
