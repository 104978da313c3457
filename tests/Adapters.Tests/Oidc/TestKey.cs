using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CursorBroker.Adapters.Tests.Oidc;

/// <summary>A real key pair with its public JWK, and tokens signed by hand, so that they can be as wrong as an attacker likes.</summary>
internal sealed class TestKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private TestKey(string kid, RSA? rsa, ECDsa? ec) => (Kid, _rsa, _ec) = (kid, rsa, ec);

    // Made once: key generation is what takes time.
    public static TestKey Rsa { get; } = NewRsa("rsa-1");

    public static TestKey OtherRsa { get; } = NewRsa("rsa-2");

    public static TestKey SmallRsa { get; } = NewRsa("rsa-small", 1024);

    public static TestKey P256 { get; } = new("p256", null, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static TestKey P384 { get; } = new("p384", null, ECDsa.Create(ECCurve.NamedCurves.nistP384));

    public static TestKey P521 { get; } = new("p521", null, ECDsa.Create(ECCurve.NamedCurves.nistP521));

    public string Kid { get; }

    public byte[] PublicPem => Encoding.ASCII.GetBytes(_rsa!.ExportSubjectPublicKeyInfoPem());

    public static TestKey NewRsa(string kid, int bits = 2048) => new(kid, RSA.Create(bits), null);

    public Dictionary<string, object> Jwk()
    {
        var jwk = new Dictionary<string, object> { ["kid"] = Kid, ["use"] = "sig" };
        if (_rsa is not null)
        {
            var numbers = _rsa.ExportParameters(false);
            (jwk["kty"], jwk["n"], jwk["e"]) = ("RSA", Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
        }
        else
        {
            var point = _ec!.ExportParameters(false).Q;
            (jwk["kty"], jwk["crv"]) = ("EC", _ec.KeySize switch { 256 => "P-256", 384 => "P-384", _ => "P-521" });
            (jwk["x"], jwk["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }

        return jwk;
    }

    public string PrivateExponent() => Base64Url.EncodeToString(_rsa!.ExportParameters(true).D);

    /// <summary>A token with this header and payload, signed as <paramref name="algorithm"/> says.</summary>
    public string Token(object header, object payload, string algorithm, DSASignatureFormat format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
    {
        var input = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{input}.{Encode(Sign(Encoding.ASCII.GetBytes(input), algorithm, format))}";
    }

    /// <summary>An ordinary token.</summary>
    public string Token(object payload, string algorithm = "RS256") => Token(new { alg = algorithm, kid = Kid, typ = "JWT" }, payload, algorithm);

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    private byte[] Sign(byte[] input, string algorithm, DSASignatureFormat format)
    {
        var hash = algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return _rsa is not null
            ? _rsa.SignData(input, hash, algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : _ec!.SignData(input, hash, format);
    }
}
