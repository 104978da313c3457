using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>
/// GitHub's opaque <c>node_id</c> in its form of today: a prefix that says what it is, and base64url of a MessagePack array with a version, the repository's id and what it names there.
/// Callers must not look inside; the stand-in does, to find the thing again.
/// </summary>
/// <remarks>Of a key GitHub has a number where it can; here it is a text always.</remarks>
internal static class NodeIds
{
    private const byte ArrayOfThree = 0x93;
    private const byte UInt64 = 0xcf;
    private const byte UInt32 = 0xce;
    private const byte ShortText = 0xd9;

    public static string Of(string prefix, long repository, string key)
    {
        var text = Encoding.UTF8.GetBytes(key);
        var number = new byte[repository > uint.MaxValue ? 9 : 5];
        if (repository > uint.MaxValue)
        {
            number[0] = UInt64;
            BinaryPrimitives.WriteInt64BigEndian(number.AsSpan(1), repository);
        }
        else
        {
            number[0] = UInt32;
            BinaryPrimitives.WriteUInt32BigEndian(number.AsSpan(1), (uint)repository);
        }

        byte[] packed = [ArrayOfThree, 0, .. number, ShortText, checked((byte)text.Length), .. text];
        return $"{prefix}_{Convert.ToBase64String(packed).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
    }

    public static string Of(string prefix, long repository, long key) => Of(prefix, repository, key.ToString(CultureInfo.InvariantCulture));

    /// <summary>What an id names; null when it is none of ours.</summary>
    public static (string Prefix, long Repository, string Key)? Read(string id)
    {
        var at = id.IndexOf('_', StringComparison.Ordinal);
        if (at < 1)
        {
            return null;
        }

        var text = id[(at + 1)..].Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return null;
        }

        return bytes.AsSpan(0, length) switch
        {
            [ArrayOfThree, 0, UInt32, _, _, _, _, ShortText, var size, .. var key] packed when key.Length == size => (id[..at], BinaryPrimitives.ReadUInt32BigEndian(packed[3..]), Encoding.UTF8.GetString(key)),
            [ArrayOfThree, 0, UInt64, _, _, _, _, _, _, _, _, ShortText, var size, .. var key] packed when key.Length == size => (id[..at], BinaryPrimitives.ReadInt64BigEndian(packed[3..]), Encoding.UTF8.GetString(key)),
            _ => null,
        };
    }
}
