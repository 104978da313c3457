using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>What a pushing client asked for behind the NUL of its first command (gitprotocol-capabilities(5)).</summary>
public sealed record ReceivePackCapabilities
{
    /// <summary>Nothing asked for.</summary>
    public static ReceivePackCapabilities None { get; } = new();

    /// <summary>A report of what became of each ref.</summary>
    public bool ReportStatus { get; init; }

    /// <summary>The same with options after each ref.</summary>
    public bool ReportStatusV2 { get; init; }

    /// <summary>Messages and report in side-band packets.</summary>
    public bool SideBand64k { get; init; }

    /// <summary>Echo of the server's <c>delete-refs</c>.</summary>
    public bool DeleteRefs { get; init; }

    /// <summary>No progress messages.</summary>
    public bool Quiet { get; init; }

    /// <summary>All refs or none.</summary>
    public bool Atomic { get; init; }

    /// <summary>Echo of the server's <c>ofs-delta</c>.</summary>
    public bool OfsDelta { get; init; }

    /// <summary>The hash the client uses; null when it did not say, which means SHA-1.</summary>
    public ObjectFormat? ObjectFormat { get; init; }

    /// <summary>The client's program, for the audit; null when it did not say. Never sent on.</summary>
    public string? Agent { get; init; }

    /// <summary>True when the client waits for either form of report.</summary>
    public bool WantsReport => ReportStatus || ReportStatusV2;

    /// <summary>
    /// Parses the list. The capabilities are those understood so far even when there is a failure, so that it can be told in the way
    /// the client asked for. Push options and certificates are refused as everything else that is not listed; <c>session-id</c> is dropped.
    /// </summary>
    internal static (ReceivePackCapabilities Capabilities, GitFailure? Failure) Parse(ReadOnlySpan<byte> list)
    {
        if (!CapabilityList.TrySplit(list, out var items))
        {
            return (None, CapabilityList.NotPrintable);
        }

        var parsed = None;
        GitFailure? failure = null;
        foreach (var item in items)
        {
            var (key, value) = CapabilityList.Pair(item);
            var next = value is null ? WithFlag(parsed, key) : WithValue(parsed, key, value);
            failure ??= next is null ? CapabilityList.Unknown(item) : null;
            parsed = next ?? parsed;
        }

        return (parsed, failure);
    }

    /// <summary>The list as the broker writes it, in one order, with its own agent where the client named one.</summary>
    internal string Format(string agent)
    {
        string?[] items =
        [
            ReportStatus ? "report-status" : null,
            ReportStatusV2 ? "report-status-v2" : null,
            SideBand64k ? "side-band-64k" : null,
            DeleteRefs ? "delete-refs" : null,
            Quiet ? "quiet" : null,
            Atomic ? "atomic" : null,
            OfsDelta ? "ofs-delta" : null,
            ObjectFormat is { } format ? $"object-format={ObjectFormats.NameOf(format)}" : null,
            Agent is null ? null : $"agent={agent}",
        ];
        return string.Join(' ', items.Where(static item => item is not null));
    }

    private static ReceivePackCapabilities? WithFlag(ReceivePackCapabilities parsed, string key) => key switch
    {
        "report-status" => parsed with { ReportStatus = true },
        "report-status-v2" => parsed with { ReportStatusV2 = true },
        "side-band-64k" => parsed with { SideBand64k = true },
        "delete-refs" => parsed with { DeleteRefs = true },
        "quiet" => parsed with { Quiet = true },
        "atomic" => parsed with { Atomic = true },
        "ofs-delta" => parsed with { OfsDelta = true },
        _ => null,
    };

    // A second value for the same key is refused: which of the two holds is the receiver's secret.
    private static ReceivePackCapabilities? WithValue(ReceivePackCapabilities parsed, string key, string value) => key switch
    {
        "object-format" when parsed.ObjectFormat is null && ObjectFormats.Parse(value) is { } format => parsed with { ObjectFormat = format },
        "agent" when parsed.Agent is null && CapabilityList.IsAgent(value) => parsed with { Agent = value },
        "session-id" => parsed,
        _ => null,
    };
}
