using System.Security.Cryptography;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Core.Writes;

/// <summary>Finds placeholders of secrets in content that arrives in pieces, wherever it is cut.</summary>
internal sealed class PlaceholderScan
{
    private readonly List<FoundSecret> _found = [];
    private byte[] _held = [];
    private long _offset;
    private int _line = 1;

    /// <summary>What was found so far, in order.</summary>
    public IReadOnlyList<FoundSecret> Found => _found;

    /// <summary>Takes a piece. No more is kept of it than the longest placeholder could begin in.</summary>
    public void Push(ReadOnlySpan<byte> piece)
    {
        var content = _held.Length == 0 ? piece : (ReadOnlySpan<byte>)[.. _held, .. piece];
        while (_found.Count <= WriteScanner.MostFindings && Placeholders.Next(content, out var at, out var length))
        {
            var placeholder = content.Slice(at, length);
            _line += content[..at].Count((byte)'\n');
            _found.Add(new(Placeholders.RuleId, Convert.ToHexStringLower(SHA256.HashData(placeholder)), _line, _offset + at, length));
            Pass(ref content, at + length);
        }

        var keep = Math.Min(content.Length, Placeholders.Longest - 1);
        _line += content[..(content.Length - keep)].Count((byte)'\n');
        Pass(ref content, content.Length - keep);
        _held = content.ToArray();
    }

    private void Pass(ref ReadOnlySpan<byte> content, int bytes)
    {
        _offset += bytes;
        content = content[bytes..];
    }
}
