using System.Collections.Frozen;

namespace CursorBroker.Core.Identity;

/// <summary>
/// A signature algorithm that tokens may use. There are nine (RFC 7518, 3.1): <c>none</c> and the symmetric ones, with which a
/// public key would serve as the secret, are not among them.
/// </summary>
public sealed record SigningAlgorithm
{
    /// <summary>Smallest RSA modulus believed, in bits (RFC 7518, 3.3).</summary>
    public const int MinRsaBits = 2048;

    private static readonly FrozenDictionary<string, SigningAlgorithm> All = new SigningAlgorithm[]
    {
        new("RS256", null), new("RS384", null), new("RS512", null),
        new("PS256", null), new("PS384", null), new("PS512", null),
        new("ES256", "P-256"), new("ES384", "P-384"), new("ES512", "P-521"),
    }.ToFrozenDictionary(a => a.Name, StringComparer.Ordinal);

    private SigningAlgorithm(string name, string? curve) => (Name, Curve) = (name, curve);

    /// <summary>The <c>alg</c> value.</summary>
    public string Name { get; }

    /// <summary>The one curve (JWK <c>crv</c>) whose keys fit; null for RSA.</summary>
    public string? Curve { get; }

    /// <summary>The algorithm of exactly this name, or null when it is not allowed.</summary>
    public static SigningAlgorithm? Find(string name) => All.GetValueOrDefault(name);
}
