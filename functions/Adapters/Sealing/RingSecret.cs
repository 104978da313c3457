using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Sealing;

/// <summary>The secret that the key ring is encrypted with, from where the host keeps its own secrets.</summary>
internal sealed class RingSecret(ISecretSource secrets, string name)
{
    /// <summary>Length of the key that it holds, in bytes.</summary>
    public const int KeyBytes = 32;

    /// <summary>The key. Read when the ring is (at start and once a day) or grows; where the secret comes from remembers it.</summary>
    /// <exception cref="StateUnavailableException">There is none, it cannot be read, or it is no key: nothing can be sealed or opened.</exception>
    public byte[] Read()
    {
        string? text;
        try
        {
            // What asks is synchronous.
            text = secrets.ReadAsync(name, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (SecretUnavailableException failed)
        {
            throw new StateUnavailableException($"The key ring in State cannot be opened: {failed.Message}", failed);
        }

        var key = new byte[KeyBytes];
        return text is not null && Convert.TryFromBase64String(text.Trim(), key, out var length) && length == KeyBytes
            ? key
            : throw new StateUnavailableException(
                $"The key ring in State cannot be opened: the secret '{name}' {(text is null ? "is not there" : "is not a key")}. It must be 32 random bytes in base64, as 'openssl rand -base64 32' makes them.");
    }
}
