using System.Security.Cryptography;

namespace CursorBroker.Core.Masking;

/// <summary>HMAC-SHA256 (RFC 2104, FIPS 180-4) into a buffer.</summary>
internal static class KeyedDigest
{
    public static void Of(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Span<byte> digest) => HMACSHA256.HashData(key, value, digest);
}
