using System.Security.Cryptography;
using CursorBroker.Core.State;
using Microsoft.AspNetCore.DataProtection;

namespace CursorBroker.Adapters.Sealing;

/// <summary>Seals with ASP.NET Core data protection: authenticated encryption, a key ring that rolls by itself, one sub-key per purpose.</summary>
internal sealed class DataProtectionSealer(IDataProtectionProvider provider) : ISecretSealer
{
    private const string Root = "CursorBroker.Sealing.v1";

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">The key ring cannot be read.</exception>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var plain = secret.ToArray();
        try
        {
            return Protector(purpose).Protect(plain);
        }
        catch (CryptographicException failed) when (Unavailable(failed) is { } unavailable)
        {
            throw unavailable;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">The key ring cannot be read: nobody can tell whether the secret is good.</exception>
    public byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret)
    {
        try
        {
            return Protector(purpose).Unprotect(sealedSecret.ToArray());
        }
        catch (CryptographicException failed)
        {
            return Unavailable(failed) is { } unavailable ? throw unavailable : null;
        }
    }

    private IDataProtector Protector(string purpose) => provider.CreateProtector(Root, purpose);

    /// <summary>Data protection wraps everything in CryptographicException; a State that is down must not look like a forged secret.</summary>
    private static StateUnavailableException? Unavailable(CryptographicException failed)
    {
        for (Exception? inner = failed.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is StateUnavailableException)
            {
                return new StateUnavailableException("The key ring in State cannot be read.", failed);
            }
        }

        return null;
    }
}
