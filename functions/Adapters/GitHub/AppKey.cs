using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.GitHub;

/// <summary>One of the App's RSA private keys. Never prints.</summary>
public sealed class AppKey
{
    /// <summary>Smallest key accepted, in bits. GitHub makes 2048.</summary>
    public const int MinBits = 2048;

    private AppKey(RSA rsa)
    {
        Id = Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo()))[..16];

        // No provider cache: it would keep keys alive that were rotated away.
        Signing = new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    /// <summary>Names the key: the first 16 hex digits of its public part's SHA-256.</summary>
    public string Id { get; }

    internal SigningCredentials Signing { get; }

    /// <summary>Reads every PEM block of a text: PKCS#1 (<c>RSA PRIVATE KEY</c>, what GitHub hands out) or PKCS#8 (<c>PRIVATE KEY</c>), not encrypted.</summary>
    /// <param name="text">The text; a one-line environment variable may write its newlines as <c>\n</c>.</param>
    /// <param name="source">What to call it in messages.</param>
    public static AppKeySet Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.Replace("\\n", "\n", StringComparison.Ordinal).AsSpan();
        var keys = ImmutableArray.CreateBuilder<AppKey>();
        var problems = new List<string>();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (ParseBlock(rest[fields.Location], rest[fields.Label], out var problem) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                problems.Add(problem!);
            }

            rest = rest[fields.Location.End..];
        }

        if (keys.Count == 0 && problems.Count == 0)
        {
            problems.Add("it holds no PEM block (a line '-----BEGIN RSA PRIVATE KEY-----' and what follows)");
        }

        return new AppKeySet(keys.ToImmutable(), problems.Count == 0 ? null : $"The App's private key from {source} cannot be used: {string.Join("; ", problems)}.");
    }

    /// <summary>Names it without showing it.</summary>
    public override string ToString() => $"[App key {Id}]";

    private static AppKey? ParseBlock(ReadOnlySpan<char> block, ReadOnlySpan<char> label, out string? problem)
    {
        problem = label switch
        {
            "RSA PRIVATE KEY" or "PRIVATE KEY" => null,
            "ENCRYPTED PRIVATE KEY" => "the key is encrypted; store it decrypted, where only the broker can read it",
            "PUBLIC KEY" or "RSA PUBLIC KEY" or "CERTIFICATE" => "it is a public key; the private one is downloaded once, when it is generated on the App's settings page",
            "EC PRIVATE KEY" => "it is an elliptic-curve key; GitHub Apps sign with RSA",
            _ => "it is PEM, but not of a private key",
        };
        if (problem is not null)
        {
            return null;
        }

        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(block);
            problem = rsa.KeySize < MinBits ? $"the key has {rsa.KeySize} bits; {MinBits} is the least accepted" : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The exception says nothing more that would help, and must not be trusted to say nothing of the key.
            problem = "it is not a whole, unencrypted RSA private key";
        }

        if (problem is null)
        {
            return new AppKey(rsa);
        }

        rsa.Dispose();
        return null;
    }
}
