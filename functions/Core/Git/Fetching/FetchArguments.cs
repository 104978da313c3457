using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Git.Fetching;

/// <summary>
/// Gathers the lines of a fetch, which both protocol versions spell alike. <c>have</c> and <c>shallow</c> lines, of which there may be tens of
/// thousands, are checked and kept as the bytes they will be sent as; the reader's byte limit bounds them.
/// </summary>
internal sealed class FetchArguments(UploadPackLimits limits)
{
    private readonly ArrayBufferWriter<byte> _shallowLines = new();
    private readonly ArrayBufferWriter<byte> _haveLines = new();
    private readonly List<GitOid> _wants = [];
    private readonly ImmutableArray<string>.Builder _deepenNot = ImmutableArray.CreateBuilder<string>();
    private int _haves;
    private int _shallows;
    private int? _deepen;
    private long? _deepenSince;
    private FilterSpec? _filter;

    public ObjectFormat? ObjectFormat { get; set; }

    public string? Agent { get; set; }

    public FetchOptions Options { get; set; }

    public bool Done { get; set; }

    public bool HasWants => _wants.Count > 0;

    public FetchRequest Build(bool isV2) => new(_shallowLines.WrittenMemory, _haveLines.WrittenMemory)
    {
        Agent = Agent,
        ObjectFormat = ObjectFormat,
        IsV2 = isV2,
        Options = Options,
        Wants = _wants,
        Haves = _haves,
        Shallows = _shallows,
        Deepen = _deepen,
        DeepenSince = _deepenSince,
        DeepenNot = _deepenNot.ToImmutable(),
        Filter = _filter,
        Done = Done,
    };

    public GitFailure? Want(ReadOnlySpan<byte> hex)
    {
        if (!GitText.TryParseOid(hex, Format, out var oid))
        {
            return NoObjectId("want");
        }

        if (_wants.Count == limits.MaxWants)
        {
            return GitFailure.TooLarge($"a fetch may want at most {limits.MaxWants} objects at once");
        }

        _wants.Add(oid);
        return null;
    }

    public GitFailure? Have(ReadOnlySpan<byte> hex)
    {
        _haves++;
        return Keep(_haveLines, "have "u8, hex) ? null : NoObjectId("have");
    }

    public void EndRound() => PktLineWriter.WriteFlush(_haveLines);

    /// <summary>Takes a line that says how deep to fetch or what to leave out; null in the second place when it is none of these.</summary>
    public (bool Known, GitFailure? Failure) TryDepth(ReadOnlySpan<byte> line)
    {
        var space = line.IndexOf((byte)' ');
        if (space < 0 || !GitText.TryDecode(line[(space + 1)..], out var value))
        {
            return (false, null);
        }

        return GitText.OneLine(line[..space], 32) switch
        {
            "shallow" => (true, Shallow(line[(space + 1)..])),
            "deepen" => (true, Deepen(value)),
            "deepen-since" => (true, DeepenSince(value)),
            "deepen-not" => (true, DeepenNot(value)),
            "filter" => (true, Filter(value)),
            _ => (false, null),
        };
    }

    /// <summary>What only the whole can tell.</summary>
    public GitFailure? Check() =>
        _wants.Count == 0 ? GitFailure.Malformed("the fetch wants nothing")
        : _deepen is not null && (_deepenSince is not null || _deepenNot.Count > 0)
            ? GitFailure.Malformed("deepen cannot be used together with deepen-since or deepen-not")
        : null;

    private ObjectFormat Format => ObjectFormat ?? Wire.ObjectFormat.Sha1;

    private GitFailure? Shallow(ReadOnlySpan<byte> hex)
    {
        _shallows++;
        return Keep(_shallowLines, "shallow "u8, hex) ? null : NoObjectId("shallow");
    }

    private GitFailure? Deepen(string value)
    {
        if (_deepen is not null || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) || depth == 0)
        {
            return GitFailure.Malformed("deepen takes one number above zero, once");
        }

        _deepen = depth;
        return null;
    }

    private GitFailure? DeepenSince(string value)
    {
        if (_deepenSince is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var since))
        {
            return GitFailure.Malformed("deepen-since takes one number of seconds, once");
        }

        _deepenSince = since;
        return null;
    }

    private GitFailure? DeepenNot(string value)
    {
        if (_deepenNot.Count == limits.MaxDeepenNot)
        {
            return GitFailure.TooLarge($"a fetch may name at most {limits.MaxDeepenNot} refs to cut at");
        }

        // A short name is valid when the tag of that name would be.
        if (!RefName.TryParse(value, out _) && !RefName.TryParse("refs/tags/" + value, out _))
        {
            return GitFailure.Malformed("deepen-not does not name a ref");
        }

        _deepenNot.Add(value);
        return null;
    }

    private GitFailure? Filter(string value)
    {
        if (_filter is not null)
        {
            return GitFailure.Malformed("a fetch may have one filter");
        }

        var parsed = FilterSpec.Parse(value);
        _filter = parsed.Value;
        return parsed.Failure;
    }

    private bool Keep(ArrayBufferWriter<byte> lines, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> hex)
    {
        if (hex.Length != ObjectFormats.HexLength(Format) || !GitText.IsHex(hex))
        {
            return false;
        }

        Span<byte> line = stackalloc byte[verb.Length + hex.Length + 1];
        verb.CopyTo(line);
        hex.CopyTo(line[verb.Length..]);
        line[^1] = (byte)'\n';
        PktLineWriter.WriteData(lines, line);
        return true;
    }

    private GitFailure NoObjectId(string verb) => GitFailure.Malformed($"a {verb} line does not hold a {ObjectFormats.NameOf(Format)} object id");
}
