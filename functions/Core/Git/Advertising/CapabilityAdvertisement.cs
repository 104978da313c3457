using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Advertising;

/// <summary>
/// Filters a v2 capability advertisement (gitprotocol-v2(5)): <c>ls-refs</c> with <c>unborn</c>, <c>fetch</c> with <c>shallow</c> and where it
/// may be offered <c>filter</c>, the object format and an agent. Whatever else the upstream can do is not offered.
/// </summary>
internal sealed class CapabilityAdvertisement(PktLineReader packets, PacketSink sink, AdvertisementRules rules)
{
    private const int MaxCapabilities = 256;

    private string? _agent;
    private string? _lsRefs;
    private string? _fetch;
    private string? _format;

    public async ValueTask<GitFailure?> RunAsync(CancellationToken cancellationToken)
    {
        for (var count = 0; count < MaxCapabilities; count++)
        {
            var packet = await packets.ReadAsync(cancellationToken);
            var failure = packet.Kind switch
            {
                PktLineKind.Flush => null,
                PktLineKind.Data => Take(packet.Line),
                PktLineKind.End => GitFailure.Truncated("the advertisement ends before its flush"),
                _ => packet.Failure,
            };
            if (failure is not null)
            {
                return failure;
            }

            if (packet.Kind == PktLineKind.Flush)
            {
                Write();
                return null;
            }
        }

        return GitFailure.TooLarge($"the upstream advertises more than {MaxCapabilities} capabilities");
    }

    private GitFailure? Take(ReadOnlySpan<byte> line)
    {
        if (GitErrorPacket.Read(line) is { } error)
        {
            return error;
        }

        if (!GitText.TryDecodePrintable(line, out var text))
        {
            return CapabilityList.NotPrintable;
        }

        var (key, value) = CapabilityList.Pair(text);
        var features = (value ?? "").Split(' ');
        switch (key)
        {
            case "agent":
                _agent = $"agent={rules.Agent}";
                break;
            case "ls-refs":
                _lsRefs = features.Contains("unborn") ? "ls-refs=unborn" : "ls-refs";
                break;
            case "fetch":
                _fetch = (features.Contains("shallow"), rules.ByIdReads && features.Contains("filter")) switch
                {
                    (true, true) => "fetch=shallow filter",
                    (true, false) => "fetch=shallow",
                    (false, true) => "fetch=filter",
                    _ => "fetch",
                };
                break;
            case "object-format":
                if (ObjectFormats.Parse(value) is null)
                {
                    return GitFailure.Unsupported("the upstream's object format is not known");
                }

                _format = text;
                break;
            default:
                break;
        }

        return null;
    }

    private void Write()
    {
        sink.Line($"# service={GitServices.NameOf(rules.Service)}");
        sink.Flush();
        sink.Line("version 2");
        foreach (var capability in (ReadOnlySpan<string?>)[_agent, _lsRefs, _fetch, _format])
        {
            if (capability is not null)
            {
                sink.Line(capability);
            }
        }

        sink.Flush();
    }
}
