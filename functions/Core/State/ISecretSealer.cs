namespace CursorBroker.Core.State;

/// <summary>Encrypts what must rest in State (tokens still to be revoked) with keys that every instance shares.</summary>
public interface ISecretSealer
{
    /// <summary>Encrypts and authenticates under a purpose.</summary>
    byte[] Seal(string purpose, ReadOnlySpan<byte> secret);

    /// <summary>Opens what <see cref="Seal"/> made under the same purpose; null when it was changed, or sealed by keys that are gone.</summary>
    byte[]? Unseal(string purpose, ReadOnlySpan<byte> sealedSecret);
}
