using System.Globalization;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Writes;

/// <summary>Finds the broker's masks as they were written, in content that arrives in pieces.</summary>
internal sealed class MarkWatch(MaskRoot root)
{
    // Stars, letters that identify, letters that prove: no mask's own part is longer.
    private const int Longest = 32;

    private readonly List<FoundSecret> _found = [];
    private byte[] _carried = [];
    private int _line = 1;
    private long _offset;

    public IReadOnlyList<FoundSecret> Found => _found;

    public void Push(ReadOnlySpan<byte> piece)
    {
        byte[] text = [.. _carried, .. piece];
        var rest = text.AsSpan();
        while (_found.Count <= WriteScanner.MostFindings && root.FindMark(rest) is >= 0 and var at)
        {
            _line += rest[..at].Count((byte)'\n');
            rest = rest[at..];
            _offset += at;
            var end = rest.IndexOfAnyExcept((byte)'*') is var letters and >= 0 ? Math.Min(rest.Length, letters + 16) : rest.Length;
            _found.Add(new(SecretScanner.MarkRuleId, _found.Count.ToString(CultureInfo.InvariantCulture), _line, _offset, end));
            rest = rest[end..];
            _offset += end;
        }

        var keep = Math.Min(rest.Length, Longest);
        _line += rest[..^keep].Count((byte)'\n');
        _offset += rest.Length - keep;
        _carried = rest[^keep..].ToArray();
    }
}
