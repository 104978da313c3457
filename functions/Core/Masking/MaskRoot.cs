using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Core.Masking;

/// <summary>
/// The one secret that all masks of a deployment come from: a key a session (HKDF, RFC 5869), so that masks of one session say nothing in another, and
/// one for the marks, so that every instance recognises what any instance wrote in any session.
/// </summary>
public sealed class MaskRoot
{
    /// <summary>Bytes of a root.</summary>
    public const int Length = 32;

    private readonly byte[] _root;
    private readonly byte[] _marks;
    private readonly byte[] _set;

    /// <summary>Takes the root.</summary>
    /// <param name="root">32 random bytes.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public MaskRoot(ReadOnlySpan<byte> root)
    {
        if (root.Length != Length)
        {
            throw new ArgumentException($"A root has {Length} bytes.", nameof(root));
        }

        _root = root.ToArray();
        _marks = Derive("marks");
        _set = Derive("names of sets");
    }

    /// <summary>A new random one.</summary>
    public static MaskRoot Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>The key of one session's masks: always the same for the same session.</summary>
    public MaskKey ForSession(string session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new(Derive($"session {session}"), this);
    }

    /// <summary>Names a set of values, the same on every instance and in any order, without telling anything of them.</summary>
    public string NameOf(IEnumerable<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _set);
        foreach (var digest in values.Select(value => Convert.ToHexString(HMACSHA256.HashData(_set, Encoding.UTF8.GetBytes(value)))).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.ASCII.GetBytes(digest));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A key for something else of the deployment's, by its purpose: always the same for the same purpose.</summary>
    internal byte[] DeriveKey(string purpose) => Derive($"key {purpose}");

    /// <summary>Whether the content holds a mask of any session, and where the first begins; -1 when none does.</summary>
    /// <param name="content">Any bytes. Stars that the broker did not write are not a mask.</param>
    public int FindMark(ReadOnlySpan<byte> content)
    {
        var first = -1;
        Streams.MarkFinder.Find(content, 0, end: true, this, (at, _) => first = first < 0 ? at : first);
        return first;
    }

    /// <summary>How many letters of a mask stand at the beginning, behind so many stars; 0 when it is none. Says whether the text ends within.</summary>
    internal int MarkLength(int stars, ReadOnlySpan<byte> letters, out bool isCut)
    {
        const int Longest = MaskKey.LongestId + MaskKey.CheckLength;
        var run = 0;
        while (run < letters.Length && run < Longest && letters[run] is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'2' and <= (byte)'7'))
        {
            run++;
        }

        isCut = run == letters.Length && run < Longest;

        // Of a short mask the letters are the end, which words in bold, as Markdown writes them, are not.
        var isShort = stars < MaskKey.LongLead;
        if (isShort && run < letters.Length && letters[run] == '*')
        {
            return 0;
        }

        var id = run - MaskKey.CheckLength;
        return id >= (isShort ? MaskKey.ShortestId : MaskKey.LongLead * 2) && IsMark(letters[..id], letters.Slice(id, MaskKey.CheckLength)) ? run : 0;
    }

    /// <summary>Writes the letters that prove a mask's identifying letters were written by the broker.</summary>
    internal void Check(ReadOnlySpan<byte> id, Span<byte> check)
    {
        Span<byte> digest = stackalloc byte[32];
        KeyedDigest.Of(_marks, id, digest);
        MaskKey.Letters(digest, check);
    }

    private bool IsMark(ReadOnlySpan<byte> id, ReadOnlySpan<byte> check)
    {
        Span<byte> expected = stackalloc byte[MaskKey.CheckLength];
        Check(id, expected);
        return CryptographicOperations.FixedTimeEquals(expected, check);
    }

    private byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, Length, info: Encoding.UTF8.GetBytes(purpose));
}
