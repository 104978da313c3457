using System.Security.Cryptography;

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

    private const int LongestId = 12;
    private const int ShortestId = 2;
    private const int CheckLength = 4;
    private readonly byte[] _key;

    /// <summary>Takes the session's key.</summary>
    /// <param name="key">At least 32 random bytes.</param>
    public MaskKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < 32)
        {
            throw new ArgumentException("A masking key has at least 32 bytes.", nameof(key));
        }

        _key = key.ToArray();
    }

    /// <summary>A key of its own, for one run.</summary>
    public static MaskKey Create() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether the content holds a mask written under this key, and where the first begins; -1 when none does.</summary>
    /// <param name="content">Any bytes. Stars that the broker did not write are not a mask.</param>
    public int FindMark(ReadOnlySpan<byte> content)
    {
        for (var at = 0; at < content.Length; at++)
        {
            var next = content[at..].IndexOf((byte)'*');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            var letters = content[(at + 1)..];
            var run = 0;
            while (run < letters.Length && run < LongestId + CheckLength && letters[run] is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'2' and <= (byte)'7'))
            {
                run++;
            }

            for (var id = ShortestId; id + CheckLength <= run; id++)
            {
                if (at > 0 && content[at - 1] == '*' && IsMark(letters[..id], letters.Slice(id, CheckLength)))
                {
                    return at;
                }
            }
        }

        return -1;
    }

    /// <summary>HMAC-SHA256 of the value's first 4,096 bytes.</summary>
    internal void Digest(ReadOnlySpan<byte> value, Span<byte> digest) => Hmac(1, value[..Math.Min(value.Length, 4096)], digest);

    /// <summary>Writes the mask over the whole target, but for line ends, which stay.</summary>
    internal void Write(ReadOnlySpan<byte> digest, Span<byte> target)
    {
        var lead = target.Length >= 16 ? 4 : 2;
        Span<byte> mark = stackalloc byte[4 + LongestId + CheckLength];
        var length = 0;
        if (target.Length >= ShortestRecognised)
        {
            var id = Math.Min(LongestId, target.Length - lead - CheckLength);
            mark[..lead].Fill((byte)'*');
            Letters(digest, mark.Slice(lead, id));
            Check(mark.Slice(lead, id), mark.Slice(lead + id, CheckLength));
            length = lead + id + CheckLength;
        }

        var at = 0;
        foreach (ref var item in target)
        {
            if (item is not ((byte)'\n' or (byte)'\r'))
            {
                item = at < length ? mark[at++] : (byte)'*';
            }
        }
    }

    private bool IsMark(ReadOnlySpan<byte> id, ReadOnlySpan<byte> check)
    {
        Span<byte> expected = stackalloc byte[CheckLength];
        Check(id, expected);
        return CryptographicOperations.FixedTimeEquals(expected, check);
    }

    private void Check(ReadOnlySpan<byte> id, Span<byte> check)
    {
        Span<byte> digest = stackalloc byte[32];
        Hmac(2, id, digest);
        Letters(digest, check);
    }

    private static void Letters(ReadOnlySpan<byte> digest, Span<byte> letters)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = "abcdefghijklmnopqrstuvwxyz234567"u8[digest[i] & 31];
        }
    }

    private void Hmac(byte purpose, ReadOnlySpan<byte> value, Span<byte> digest)
    {
        Span<byte> input = stackalloc byte[4097];
        input[0] = purpose;
        value.CopyTo(input[1..]);
        HMACSHA256.HashData(_key, input[..(value.Length + 1)], digest);
        input.Clear();
    }
}
