using System.Collections.Immutable;
using System.Security.Cryptography;
using CursorBroker.Core.Identity;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.Oidc;

/// <summary>An issuer's usable signing keys as of one fetch.</summary>
internal sealed class IssuerKeySet
{
    private readonly ImmutableArray<Entry> _keys;

    private IssuerKeySet(ImmutableArray<Entry> keys, DateTimeOffset fetched) => (_keys, Fetched) = (keys, fetched);

    /// <summary>When.</summary>
    public DateTimeOffset Fetched { get; }

    /// <summary>Tokens whose signature one of these keys has verified. They are forgotten with the keys.</summary>
    public VerifiedTokens Verified { get; } = new();

    /// <summary>How many keys.</summary>
    public int Count => _keys.Length;

    /// <summary>
    /// Takes from a published set what may verify signatures: RSA of at least <see cref="SigningAlgorithm.MinRsaBits"/> bits and the
    /// three NIST curves, by their public numbers alone. Symmetric keys, encryption keys and keys whose private half is published are left out.
    /// </summary>
    public static IssuerKeySet From(JsonWebKeySet published, DateTimeOffset fetched) =>
        new([.. published.Keys.Where(MaySign).Select(Convert).OfType<Entry>()], fetched);

    /// <summary>
    /// The keys that a token of this header may be verified with: those of its key id that fit its algorithm. Without an id, the one
    /// key that fits; none when several do, for then the issuer owes an id (RFC 7515, 4.1.4).
    /// </summary>
    public ImmutableArray<SecurityKey> Find(string? keyId, SigningAlgorithm algorithm)
    {
        var fitting = _keys.Where(k => k.Fits(algorithm) && (keyId is null || string.Equals(k.KeyId, keyId, StringComparison.Ordinal))).Select(k => k.Key);
        var found = fitting.ToImmutableArray();
        return keyId is null && found.Length > 1 ? [] : found;
    }

    // The library's HasPrivateKey wants all private members at once; one is too many.
    private static bool MaySign(JsonWebKey key) =>
        key.Use is null or "" or "sig"
        && (key.KeyOps.Count == 0 || key.KeyOps.Contains("verify"))
        && string.IsNullOrEmpty(key.D);

    private static Entry? Convert(JsonWebKey key)
    {
        try
        {
            return key.Kty switch
            {
                "RSA" => Rsa(key),
                "EC" => Ec(key),
                _ => null,
            };
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            // Not base64url, missing, or not a point of the curve: one bad key does not spoil the others.
            return null;
        }
    }

    private static Entry? Rsa(JsonWebKey key)
    {
        var modulus = Base64UrlEncoder.DecodeBytes(key.N).AsSpan().TrimStart((byte)0).ToArray();
        if (modulus.Length == 0 || (modulus.Length * 8) - LeadingZeroBits(modulus[0]) < SigningAlgorithm.MinRsaBits)
        {
            return null;
        }

        var numbers = new RSAParameters { Modulus = modulus, Exponent = Base64UrlEncoder.DecodeBytes(key.E) };
        return new Entry(key.Kid, key.Alg, null, new RsaSecurityKey(numbers) { KeyId = key.Kid });
    }

    private static Entry? Ec(JsonWebKey key)
    {
        ECCurve? curve = key.Crv switch
        {
            "P-256" => ECCurve.NamedCurves.nistP256,
            "P-384" => ECCurve.NamedCurves.nistP384,
            "P-521" => ECCurve.NamedCurves.nistP521,
            _ => null,
        };
        if (curve is null)
        {
            return null;
        }

        var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) };
        var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Value, Q = point });
        return new Entry(key.Kid, key.Alg, key.Crv, new ECDsaSecurityKey(ecdsa) { KeyId = key.Kid });
    }

    private static int LeadingZeroBits(byte value) => System.Numerics.BitOperations.LeadingZeroCount((uint)value) - 24;

    private sealed record Entry(string? KeyId, string? Algorithm, string? Curve, SecurityKey Key)
    {
        public bool Fits(SigningAlgorithm algorithm) =>
            Curve == algorithm.Curve && (string.IsNullOrEmpty(Algorithm) || string.Equals(Algorithm, algorithm.Name, StringComparison.Ordinal));
    }
}
