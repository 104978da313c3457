using System.Collections.Immutable;
using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Pushing;

/// <summary>
/// Watches the upstream's answer to a push on its way to the client and learns what became of each ref. It changes no byte and keeps none but
/// the lines it collects; bytes that it cannot follow only make the report incomplete.
/// </summary>
/// <param name="capabilities">What the upstream was asked for: decides whether the report is in side-band packets.</param>
/// <param name="maxRefs">How many refs to keep; above zero. By default so many that the longest lines there can be, escaped, fit into one audit event.</param>
public sealed class ReportStatusReader(ReceivePackCapabilities capabilities, int maxRefs = 300)
{
    private const int MaxLine = 2048;
    private const byte DataBand = 1;
    private const byte FatalBand = 3;

    private readonly PktLineScanner _outer = new();
    private readonly PktLineScanner _inner = new();
    private readonly ImmutableArray<RefStatus>.Builder _refs = ImmutableArray.CreateBuilder<RefStatus>();
    private readonly byte[] _line = new byte[MaxLine];
    private readonly byte[] _fatal = new byte[GitErrorPacket.MaxMessage];
    private int _lineBytes;
    private int _fatalBytes;
    private int _band = -1;
    private int _dropped;
    private string? _unpack;
    private string? _error;

    /// <summary>What was learned so far.</summary>
    public ReportStatus Status => new(
        _unpack,
        _refs.ToImmutable(),
        _dropped,
        _fatalBytes > 0 ? GitText.OneLine(_fatal.AsSpan(0, _fatalBytes), GitErrorPacket.MaxMessage) : _error,
        _unpack is not null && _inner is { IsFlushed: true, IsBroken: false });

    /// <summary>Looks at the next bytes of the response body, in whatever pieces they come.</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        if (capabilities.SideBand64k)
        {
            _outer.Scan(bytes, TakeSideBand);
        }
        else
        {
            _inner.Scan(bytes, TakeReport);
        }
    }

    private void TakeSideBand(ReadOnlySpan<byte> piece, bool last)
    {
        if (_band < 0 && !piece.IsEmpty)
        {
            _band = piece[0];
            piece = piece[1..];
        }

        if (_band == DataBand)
        {
            _inner.Scan(piece, TakeReport);
        }
        else if (_band == FatalBand)
        {
            var kept = piece[..Math.Min(piece.Length, _fatal.Length - _fatalBytes)];
            kept.CopyTo(_fatal.AsSpan(_fatalBytes));
            _fatalBytes += kept.Length;
        }

        _band = last ? -1 : _band;
    }

    private void TakeReport(ReadOnlySpan<byte> piece, bool last)
    {
        var kept = piece[..Math.Min(piece.Length, MaxLine - _lineBytes)];
        kept.CopyTo(_line.AsSpan(_lineBytes));
        _lineBytes += kept.Length;
        if (last)
        {
            TakeLine(GitText.OneLine(_line.AsSpan(0, _lineBytes), MaxLine));
            _lineBytes = 0;
        }
    }

    private void TakeLine(string line)
    {
        // "option ..." lines of report-status-v2 add to the ref before them and say nothing of success.
        switch (line.Split(' ', 3))
        {
            case ["unpack", ..] when _unpack is null:
                _unpack = line["unpack".Length..].Trim();
                break;
            case ["ok", var name]:
                Add(new(name, null));
                break;
            case ["ng", var name, var error]:
                Add(new(name, error));
                break;
            case ["ng", var name]:
                Add(new(name, "no reason given"));
                break;
            case ["ERR", ..]:
                _error ??= line["ERR".Length..].Trim();
                break;
            default:
                break;
        }
    }

    private void Add(RefStatus status)
    {
        if (_refs.Count < maxRefs)
        {
            _refs.Add(status);
        }
        else
        {
            _dropped++;
        }
    }
}
