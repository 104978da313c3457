using System.Collections.Immutable;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>Reads a protocol v2 command request: <c>ls-refs</c> or <c>fetch</c>; every other command is refused.</summary>
internal sealed class CommandReader(PktLineReader packets, UploadPackLimits limits)
{
    private readonly FetchArguments _arguments = new(limits);
    private readonly ImmutableArray<string>.Builder _prefixes = ImmutableArray.CreateBuilder<string>();
    private bool _peel;
    private bool _symrefs;
    private bool _unborn;

    public async ValueTask<GitResult<UploadPackRequest>> ReadAsync(PktLine first, CancellationToken cancellationToken)
    {
        var fetches = first.Line.SequenceEqual("command=fetch"u8);
        if (!fetches && !first.Line.SequenceEqual("command=ls-refs"u8))
        {
            return GitFailure.Unsupported($"the request '{GitText.OneLine(first.Line, 64)}' is not supported");
        }

        var (hasArguments, failure) = await ReadCapabilitiesAsync(cancellationToken);
        if (failure is null && hasArguments)
        {
            failure = await ReadArgumentsAsync(fetches, cancellationToken);
        }

        failure ??= fetches ? _arguments.Check() : null;
        return failure is not null ? failure : fetches ? _arguments.Build(isV2: true) : LsRefs();
    }

    private LsRefsRequest LsRefs() => new()
    {
        Agent = _arguments.Agent,
        ObjectFormat = _arguments.ObjectFormat,
        Peel = _peel,
        Symrefs = _symrefs,
        Unborn = _unborn,
        Prefixes = _prefixes.ToImmutable(),
    };

    private async ValueTask<(bool HasArguments, GitFailure? Failure)> ReadCapabilitiesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            switch (packet.Kind)
            {
                case PktLineKind.Flush:
                    return (false, null);
                case PktLineKind.Delimiter:
                    return (true, null);
                case PktLineKind.Data when TakeCapability(packet.Line) is { } failure:
                    return (false, failure);
                case PktLineKind.Data:
                    break;
                default:
                    return (false, packet.Failure ?? GitFailure.Truncated("the request ends among its capabilities"));
            }
        }
    }

    private async ValueTask<GitFailure?> ReadArgumentsAsync(bool fetches, CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            switch (packet.Kind)
            {
                case PktLineKind.Flush:
                    return null;
                case PktLineKind.Data when (fetches ? TakeFetch(packet.Line) : TakeLsRefs(packet.Line)) is { } failure:
                    return failure;
                case PktLineKind.Data:
                    break;
                case PktLineKind.Delimiter:
                    return GitFailure.Malformed("a second delimiter");
                default:
                    return packet.Failure ?? GitFailure.Truncated("the request ends before the flush that closes its arguments");
            }
        }
    }

    private GitFailure? TakeCapability(ReadOnlySpan<byte> line)
    {
        if (!GitText.TryDecodePrintable(line, out var text))
        {
            return CapabilityList.NotPrintable;
        }

        var (key, value) = CapabilityList.Pair(text);
        switch (key)
        {
            case "agent" when _arguments.Agent is null && CapabilityList.IsAgent(value):
                _arguments.Agent = value;
                return null;
            case "object-format" when _arguments.ObjectFormat is null && ObjectFormats.Parse(value) is { } format:
                _arguments.ObjectFormat = format;
                return null;
            case "session-id" when value is not null:
                return null;
            default:
                return CapabilityList.Unknown(text);
        }
    }

    private GitFailure? TakeLsRefs(ReadOnlySpan<byte> line)
    {
        const string prefix = "ref-prefix ";
        if (!GitText.TryDecode(line, out var text))
        {
            return Unknown(line, "ls-refs");
        }

        switch (text)
        {
            case "peel":
                _peel = true;
                return null;
            case "symrefs":
                _symrefs = true;
                return null;
            case "unborn":
                _unborn = true;
                return null;
            case var _ when text.StartsWith(prefix, StringComparison.Ordinal):
                return TakePrefix(text[prefix.Length..]);
            default:
                return Unknown(line, "ls-refs");
        }
    }

    private GitFailure? TakePrefix(string prefix)
    {
        if (prefix.Length > Operations.RefName.MaxLength || prefix.Any(static c => c is <= ' ' or '\u007f'))
        {
            return GitFailure.Malformed("a ref-prefix could begin no ref");
        }

        if (_prefixes.Count == limits.MaxRefPrefixes)
        {
            return GitFailure.TooLarge($"more than {limits.MaxRefPrefixes} ref-prefix arguments");
        }

        _prefixes.Add(prefix);
        return null;
    }

    private GitFailure? TakeFetch(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("want "u8))
        {
            return _arguments.Want(line["want ".Length..]);
        }

        if (line.StartsWith("have "u8))
        {
            return _arguments.Have(line["have ".Length..]);
        }

        if (line.SequenceEqual("done"u8))
        {
            _arguments.Done = true;
            return null;
        }

        if (_arguments.TryDepth(line) is (true, var failure))
        {
            return failure;
        }

        var option = GitText.TryDecodePrintable(line, out var name) ? FetchOptionNames.ParseArgument(name) : FetchOptions.None;
        _arguments.Options |= option;
        return option == FetchOptions.None ? Unknown(line, "fetch") : null;
    }

    private static GitFailure Unknown(ReadOnlySpan<byte> line, string command) =>
        GitFailure.Unsupported($"the {command} argument '{GitText.OneLine(line, 64)}' is not supported");
}
