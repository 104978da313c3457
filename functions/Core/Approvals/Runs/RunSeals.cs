using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Runs;

/// <summary>
/// Tells what the broker sent to an orchestration from what others did. A platform that keeps orchestrations has ways of its own to start one and to send to it (Durable's
/// HTTP API and its key, a task hub's dashboard), and whoever may use those has no say in approvals. So each run has a pair of keys: the public one is part of what it
/// was started with, and the run itself looks at each message by it; the private one lies beside it, sealed together with a digest of the rest.
/// </summary>
/// <param name="sealer">Whose keys only brokers have.</param>
internal sealed class RunSeals(ISecretSealer sealer)
{
    private const string Purpose = "CursorBroker.ApprovalRun.v1";

    /// <summary>What a run is started with.</summary>
    /// <param name="approval">The approval's wire form.</param>
    /// <exception cref="StateUnavailableException">Nothing can be sealed now.</exception>
    public string Start(string approval)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo());
        var privateKey = pair.ExportPkcs8PrivateKey();
        try
        {
            return new RunStart(approval, publicKey, Convert.ToBase64String(sealer.Seal(Purpose, [.. Digest(approval, publicKey), .. privateKey]))).ToString();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <summary>The approval's wire form, from a run that a broker started.</summary>
    /// <exception cref="StateUnavailableException">Somebody else started it or changed it, or the keys of who started it are gone.</exception>
    public string Open(string start)
    {
        CryptographicOperations.ZeroMemory(PrivateKey(start, out var run));
        return run.Approval;
    }

    /// <summary>A message that a run will take for the broker's.</summary>
    /// <param name="start">What the run was started with.</param>
    /// <param name="happened">The message's wire form.</param>
    /// <exception cref="StateUnavailableException">No broker started that run.</exception>
    public string Sign(string start, string happened)
    {
        var privateKey = PrivateKey(start, out _);
        try
        {
            using var pair = ECDsa.Create();
            pair.ImportPkcs8PrivateKey(privateKey, out _);
            return $"{happened}{RunStart.Separator}{Convert.ToBase64String(pair.SignData(Encoding.ASCII.GetBytes(happened), HashAlgorithmName.SHA256))}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    private byte[] PrivateKey(string start, out RunStart run)
    {
        run = RunStart.Parse(start);
        var opened = RunStart.TryBase64(run.Seal) is { } bytes ? sealer.Unseal(Purpose, bytes) : null;
        try
        {
            return opened is { Length: > SHA256.HashSizeInBytes }
                && CryptographicOperations.FixedTimeEquals(opened.AsSpan(0, SHA256.HashSizeInBytes), Digest(run.Approval, run.PublicKey))
                    ? opened[SHA256.HashSizeInBytes..]
                    : throw new StateUnavailableException("an approval's orchestration was not started by the broker, or was changed, or the keys it was sealed with are gone");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static byte[] Digest(string approval, string publicKey) => SHA256.HashData(Encoding.ASCII.GetBytes($"{approval}{RunStart.Separator}{publicKey}"));
}
