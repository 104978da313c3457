using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Sandbox.GitHub;

/// <summary>Numeric ids that are the same on every start: from 100,000,000 to 999,999,999, drawn from a name's SHA-256.</summary>
internal static class StableId
{
    public static long Of(string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(name.ToUpperInvariant()));
        return 100_000_000 + (long)(BinaryPrimitives.ReadUInt64BigEndian(digest) % 900_000_000);
    }
}
