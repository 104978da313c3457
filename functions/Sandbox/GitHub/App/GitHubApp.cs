using System.Security.Cryptography;
using System.Text;
using CursorBroker.Sandbox.Hosting;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>The one GitHub App that is registered here: its ids, what it was granted, and its key, which is kept in a file.</summary>
internal sealed class GitHubApp
{
    private const int KeyBits = 2048;

    private readonly string _keyPath;
    private volatile AppKey _key;

    public GitHubApp(long id, string clientId, IReadOnlyDictionary<string, string> permissions, string keyPath)
    {
        Id = id;
        ClientId = clientId;
        Permissions = permissions;
        _keyPath = keyPath;
        _key = File.Exists(keyPath) ? AppKey.Read(File.ReadAllText(keyPath)) : Save(AppKey.Create());
    }

    public long Id { get; }

    public string ClientId { get; }

    /// <summary>What the App was granted: GitHub's permission names with <c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public IReadOnlyDictionary<string, string> Permissions { get; }

    /// <summary>The key the App signs with, PKCS#8 PEM.</summary>
    public string PrivateKeyPem => _key.Pem;

    /// <summary>True when a signature (RSASSA-PKCS1-v1_5 with SHA-256) over a text is by the App's key of now.</summary>
    public bool Verifies(byte[] text, byte[] signature)
    {
        using var rsa = RSA.Create(_key.Public);
        return rsa.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Replaces the key; the old one is worth nothing from now on.</summary>
    public void RotateKey() => _key = Save(AppKey.Create());

    private AppKey Save(AppKey key)
    {
        PrivateFile.Write(_keyPath, Encoding.ASCII.GetBytes(key.Pem));
        return key;
    }

    private sealed record AppKey(string Pem, RSAParameters Public)
    {
        public static AppKey Create()
        {
            using var rsa = RSA.Create(KeyBits);
            return Of(rsa);
        }

        public static AppKey Read(string pem)
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return Of(rsa);
        }

        private static AppKey Of(RSA rsa) =>
            new(rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportParameters(includePrivateParameters: false));
    }
}
