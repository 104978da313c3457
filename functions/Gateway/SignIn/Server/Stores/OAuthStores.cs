using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.SignIn.Server.Stores;

/// <summary>Everything the authorization server keeps, all of it in State: any instance may take the next request of a sign-in.</summary>
internal sealed class OAuthStores(IStateStore state, ISecretSealer sealer)
{
    public SealedRecords<PendingConsent> Consents { get; } = new(state, sealer, "oauth-consent");

    public SealedRecords<AuthorizationCode> Codes { get; } = new(state, sealer, "oauth-code");

    public SealedRecords<Family> Families { get; } = new(state, sealer, "oauth-family");

    public SealedRecords<DeviceRequest> Devices { get; } = new(state, sealer, "oauth-device");

    public SealedRecords<DeviceUserCode> UserCodes { get; } = new(state, sealer, "oauth-user-code");

    public SealedRecords<CutOff> CutOffs { get; } = new(state, sealer, "oauth-cut-off");

    /// <summary>The key of what is kept under a secret: its digest, so that State's ids open nothing.</summary>
    public static string Digest(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The key of what is kept about a person.</summary>
    public static string IdOf(PersonId person)
    {
        // With its length before the issuer, so that no two people run together alike.
        var issuer = Encoding.UTF8.GetBytes(person.Issuer);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, issuer.Length);
        return Convert.ToHexStringLower(SHA256.HashData([.. length, .. issuer, .. Encoding.UTF8.GetBytes(person.Subject)]));
    }

    /// <summary>A new secret or id: 256 random bits, URL-safe.</summary>
    public static string NewSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
