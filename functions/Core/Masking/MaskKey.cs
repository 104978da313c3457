namespace CursorBroker.Core.Masking;

/// <summary>
/// The key of one session's masks. A mask has its secret's length: stars, letters that say which secret it was (to who has the key, and which is the
/// same as another to who has not), four letters that prove the broker wrote it, and stars to the end. It holds only <c>a-z 2-7 *</c>, so it changes
/// neither JSON's layout nor that of anything quoted.
/// </summary>
public sealed class MaskKey
{
    /// <summary>A mask shorter than this, in bytes, is stars alone and cannot be recognised.</summary>
    public const int ShortestRecognised = 8;

    /// <summary>Longest beginning of a mask, in bytes.</summary>
    internal const int LongestBeginning = 4 + LongestId + CheckLength;

    /// <summary>Stars that a mask begins with, from 16 bytes on.</summary>
    internal const int LongLead = 4;

    private const int ShortLead = 2;

    internal const int LongestId = 12;
    internal const int ShortestId = 2;
    internal const int CheckLength = 4;
    private readonly byte[] _key;
    private readonly MaskRoot _root;

    internal MaskKey(byte[] key, MaskRoot root)
    {
        _key = key;
        _root = root;
    }

    /// <summary>A key of its own, for one run.</summary>
    public static MaskKey Create() => MaskRoot.Create().ForSession("");

    /// <summary>HMAC-SHA256 of the value's first 4,096 bytes.</summary>
    internal void Digest(ReadOnlySpan<byte> value, Span<byte> digest) => KeyedDigest.Of(_key, value[..Math.Min(value.Length, 4096)], digest);

    /// <summary>Writes the beginning of a mask of so many bytes; the result is how many were written. Stars follow to the mask's end.</summary>
    internal int Begin(ReadOnlySpan<byte> digest, int length, Span<byte> mark)
    {
        if (length < ShortestRecognised)
        {
            return 0;
        }

        var lead = length >= 16 ? LongLead : ShortLead;
        var id = Math.Min(LongestId, length - lead - CheckLength);
        mark[..lead].Fill((byte)'*');
        Letters(digest, mark.Slice(lead, id));
        _root.Check(mark.Slice(lead, id), mark.Slice(lead + id, CheckLength));
        return lead + id + CheckLength;
    }

    internal static void Letters(ReadOnlySpan<byte> digest, Span<byte> letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = "abcdefghijklmnopqrstuvwxyz234567"u8[digest[i] & 31];
        }
    }
}
