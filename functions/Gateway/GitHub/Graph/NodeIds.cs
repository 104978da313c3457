using System.Buffers.Binary;

namespace CursorBroker.Gateway.GitHub.Graph;

/// <summary>
/// What a node id seems to say of its repository. GitHub's ids of today are a prefix, an underscore and base64url of a MessagePack array: a version, the repository's id, and for
/// what stands in it one thing more. That is nowhere promised, so it is a hint of where to ask, and nothing is decided by it.
/// </summary>
internal static class NodeIds
{
    /// <summary>The id of the repository that a node seems to be of; null when the id says nothing of one (those of before 2021, users, organizations).</summary>
    public static long? RepositoryOf(string id)
    {
        var underscore = id.IndexOf('_', StringComparison.Ordinal);
        if (underscore <= 0 || id[..underscore] is "U" or "O" or "BOT" or "T" or "E" or "EMU")
        {
            return null;
        }

        var text = id[(underscore + 1)..].Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return null;
        }

        // fixarray of two or three; then the version, a small number; then the id (github.com/msgpack/msgpack/blob/master/spec.md).
        var packed = bytes.AsSpan(0, length);
        return packed is [0x92 or 0x93, <= 0x7f, .. var rest] ? Number(rest) : null;
    }

    private static long? Number(ReadOnlySpan<byte> packed) => packed switch
    {
        [<= 0x7f and > 0 and var small, ..] => small,
        [0xcc, var one, ..] => one,
        [0xcd, _, _, ..] => BinaryPrimitives.ReadUInt16BigEndian(packed[1..]),
        [0xce, _, _, _, _, ..] => BinaryPrimitives.ReadUInt32BigEndian(packed[1..]),
        [0xcf, <= 0x7f, _, _, _, _, _, _, _, ..] => (long)BinaryPrimitives.ReadUInt64BigEndian(packed[1..]),
        _ => null,
    };
}
