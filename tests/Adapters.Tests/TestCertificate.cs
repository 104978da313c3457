using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CursorBroker.Adapters.Tests;

/// <summary>A certificate made for this run, for stand-ins that must speak https, and a client that trusts it alone.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Value { get; } = Make();

    public static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = static (_, other, _, _) => other?.GetCertHashString() == Value.GetCertHashString() },
    });

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var selfMade = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(selfMade.Export(X509ContentType.Pkcs12), null);
    }
}
