using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Vaults;

/// <summary>What may be told of a value to who may not have it.</summary>
/// <param name="Mask">A mask of the broker, always of the same length, which no write takes.</param>
/// <param name="Length">Its length class, in bytes.</param>
/// <param name="Rule">The masking rule that it looks like; null for none.</param>
/// <param name="Fingerprint">Equal for equal values, wherever they are; null where that would let the value be guessed.</param>
public sealed record SecretShape(string Mask, string Length, string? Rule, string? Fingerprint)
{
    /// <summary>Characters of a mask.</summary>
    public const int MaskLength = 24;

    /// <summary>The shape of a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="key">The session's key of masks.</param>
    /// <param name="keys">The deployment's keys of fingerprints.</param>
    /// <param name="scanner">Knows what kinds of secrets look like, and no values.</param>
    /// <param name="isSent">Whether it is the caller's own, who could try one value after another: then nothing is told that other secrets could be compared with.</param>
    public static SecretShape Of(string value, MaskKey key, VaultKeys keys, SecretScanner scanner, bool isSent = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(scanner);
        var bytes = Encoding.UTF8.GetBytes(value);
        Span<byte> mask = stackalloc byte[MaskLength];
        Span<byte> digest = stackalloc byte[32];
        var print = isSent ? null : keys.Fingerprint(value);

        // The letters of a mask are the same for the same value, and so tell as much as a fingerprint within a session.
        key.Digest(print is null ? RandomNumberGenerator.GetBytes(digest.Length) : bytes, digest);
        var begun = key.Begin(digest, MaskLength, mask);
        mask[begun..].Fill((byte)'*');
        var rule = scanner.Scan(bytes).Select(static finding => finding.RuleId).FirstOrDefault();
        return new(Encoding.ASCII.GetString(mask), VaultKeys.LengthClass(value), rule, print);
    }
}
