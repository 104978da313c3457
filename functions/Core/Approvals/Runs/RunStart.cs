using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>What a run is started with, in its parts (<see cref="RunSeals"/>).</summary>
/// <param name="Approval">The approval's wire form.</param>
/// <param name="PublicKey">By which the run knows the broker's messages: P-256, SubjectPublicKeyInfo, base64.</param>
/// <param name="Seal">What only a broker can make or open, base64.</param>
internal sealed record RunStart(string Approval, string PublicKey, string Seal)
{
    /// <summary>Between parts; never in base64.</summary>
    public const char Separator = '.';

    public static RunStart Parse(string text) => text.Split(Separator) is [var approval, var publicKey, var seal]
        ? new RunStart(approval, publicKey, seal)
        : throw new StateUnavailableException("what an approval's orchestration was started with is unreadable");

    /// <summary>The message's wire form if the broker sent it; null otherwise. The same for the same text, whenever it is asked: it is asked again by every replay.</summary>
    public string? Read(string message)
    {
        if (message.Split(Separator) is not [var happened, var signed] || TryBase64(signed) is not { } signature || TryBase64(PublicKey) is not { } key)
        {
            return null;
        }

        using var pair = ECDsa.Create();
        try
        {
            pair.ImportSubjectPublicKeyInfo(key, out _);
            return pair.VerifyData(Encoding.ASCII.GetBytes(happened), signature, HashAlgorithmName.SHA256) ? happened : null;
        }
        catch (CryptographicException)
        {
            // A key that is none: nothing was signed with it.
            return null;
        }
    }

    /// <summary>Null when it is none.</summary>
    public static byte[]? TryBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    public override string ToString() => string.Join(Separator, Approval, PublicKey, Seal);
}
