using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using CursorBroker.Sandbox.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Sandbox.Identity;

/// <summary>
/// The provider's keys: RS256 for what it signs, newest first, and one to seal codes and refresh tokens. Kept in a file, so that what
/// was issued before a restart is good after it.
/// </summary>
internal sealed class SigningKeyRing
{
    private const int KeyBits = 2048;

    private readonly string _path;
    private readonly Lock _rotating = new();
    private volatile Ring _ring;

    public SigningKeyRing(string path)
    {
        _path = path;
        _ring = File.Exists(path) ? Read(path) : Save(new Ring(RandomNumberGenerator.GetBytes(32), [NewKey()]));
    }

    /// <summary>What signs (the first) and verifies (all), newest first.</summary>
    public ImmutableArray<RsaSecurityKey> SigningKeys => _ring.Keys;

    public SymmetricSecurityKey SealingKey => new(_ring.Sealing);

    /// <summary>Signs with a new key from now on. The old ones are still published unless they are to be forgotten.</summary>
    public void Rotate(bool forgetOld)
    {
        lock (_rotating)
        {
            _ring = Save(_ring with { Keys = forgetOld ? [NewKey()] : _ring.Keys.Insert(0, NewKey()) });
        }
    }

    private static RsaSecurityKey NewKey()
    {
        using var rsa = RSA.Create(KeyBits);
        return Key(rsa.ExportParameters(includePrivateParameters: true));
    }

    private static RsaSecurityKey Key(RSAParameters parameters)
    {
        var key = new RsaSecurityKey(parameters);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static Ring Read(string path)
    {
        var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path} holds no keys.");
        return new Ring(stored.Sealing, [.. stored.Signing.Select(static pkcs8 =>
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return Key(rsa.ExportParameters(includePrivateParameters: true));
        })]);
    }

    private Ring Save(Ring ring)
    {
        var signing = ring.Keys.Select(static key =>
        {
            using var rsa = RSA.Create(key.Parameters);
            return rsa.ExportPkcs8PrivateKey();
        });
        PrivateFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(new Stored(ring.Sealing, [.. signing])));
        return ring;
    }

    private sealed record Ring(byte[] Sealing, ImmutableArray<RsaSecurityKey> Keys);

    private sealed record Stored(byte[] Sealing, byte[][] Signing);
}
