using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.FunctionApp.Tests;

/// <summary>Real authenticated encryption under one key; another key is another object.</summary>
internal sealed class OneKeySealer : ISecretSealer
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var result = new byte[28 + secret.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, 12));
        using var aes = new AesGcm(_key, 16);
        aes.Encrypt(result.AsSpan(0, 12), secret, result.AsSpan(28), result.AsSpan(12, 16), Encoding.UTF8.GetBytes(purpose));
        return result;
    }

    public byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        var secret = new byte[sealedSecret.Length - 28];
        using var aes = new AesGcm(_key, 16);
        aes.Decrypt(sealedSecret[..12], sealedSecret[28..], sealedSecret.Slice(12, 16), secret, Encoding.UTF8.GetBytes(purpose));
        return secret;
    }
}
