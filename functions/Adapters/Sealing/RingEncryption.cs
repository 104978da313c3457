using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace CursorBroker.Adapters.Sealing;

/// <summary>Encrypts the secret parts of the key ring: AES-256-GCM under <see cref="RingSecret"/>.</summary>
internal sealed class RingEncryptor(RingSecret secret) : IXmlEncryptor
{
    internal const string Element = "sealed";
    internal const int NonceBytes = 12;
    internal const int TagBytes = 16;

    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var key = secret.Read();
        var plain = System.Text.Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        try
        {
            RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
            using var aes = new AesGcm(key, TagBytes);
            aes.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
            return new EncryptedXmlInfo(new XElement(Element, Convert.ToBase64String(box)), typeof(RingDecryptor));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}

/// <summary>Opens what <see cref="RingEncryptor"/> made. Data protection makes it by its name, which stands in the ring: never rename it.</summary>
internal sealed class RingDecryptor : IXmlDecryptor
{
    private readonly RingSecret _secret;

    /// <summary>As data protection calls it.</summary>
    public RingDecryptor(IServiceProvider services) => _secret = services.GetRequiredService<RingSecret>();

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">It was encrypted under another secret, or changed.</exception>
    public XElement Decrypt(XElement encryptedElement)
    {
        var key = _secret.Read();
        var box = Convert.FromBase64String(encryptedElement.Value);
        var plain = new byte[Math.Max(0, box.Length - RingEncryptor.NonceBytes - RingEncryptor.TagBytes)];
        try
        {
            using var aes = new AesGcm(key, RingEncryptor.TagBytes);
            aes.Decrypt(
                box.AsSpan(0, RingEncryptor.NonceBytes),
                box.AsSpan(RingEncryptor.NonceBytes + RingEncryptor.TagBytes),
                box.AsSpan(RingEncryptor.NonceBytes, RingEncryptor.TagBytes),
                plain);
            return XElement.Parse(System.Text.Encoding.UTF8.GetString(plain));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
