using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Vaults;

/// <summary>
/// Keyed digests of secret values, by keys of the deployment: the same for equal values in every vault, session and instance, and nothing that could be tried against without the key.
/// </summary>
public sealed class VaultKeys
{
    private const int PrintBytes = 16;

    private readonly byte[] _prints;
    private readonly byte[] _bodies;

    /// <summary>Derives the keys.</summary>
    public VaultKeys(MaskRoot root)
    {
        ArgumentNullException.ThrowIfNull(root);
        _prints = root.DeriveKey("vault fingerprints");
        _bodies = root.DeriveKey("vault bodies");
    }

    /// <summary>
    /// The fingerprint of a value: HMAC-SHA256, the first 16 bytes, in lower-case hex. Null for a value that is too short or too plain: whoever may set secrets could try all such values.
    /// </summary>
    public string? Fingerprint(string value) => !KnownSecrets.IsTelling(value) ? null : Convert.ToHexStringLower(HMACSHA256.HashData(_prints, Encoding.UTF8.GetBytes(value))[..PrintBytes]);

    /// <summary>The digest of a body that may hold a value: HMAC-SHA256, 32 bytes. What it goes into may be seen by who must not find the value by trying.</summary>
    public byte[] DigestOf(ReadOnlySpan<byte> body) => HMACSHA256.HashData(_bodies, body);

    /// <summary>How long a value is, roughly: the exact length of a password is a part of it.</summary>
    public static string LengthClass(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Encoding.UTF8.GetByteCount(value);
        if (length < 8)
        {
            return length == 0 ? "0" : "1-7";
        }

        if (length >= 4096)
        {
            return "4096+";
        }

        var low = 1 << (31 - int.LeadingZeroCount(length));
        return string.Create(CultureInfo.InvariantCulture, $"{low}-{(low * 2) - 1}");
    }
}
