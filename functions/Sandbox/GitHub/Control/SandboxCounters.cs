namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>How often things happened since the start.</summary>
public sealed class SandboxCounters
{
    private long _mints;
    private long _revocations;
    private long _uploadPacks;
    private long _receivePacks;

    /// <summary>Tokens minted.</summary>
    public long Mints => Volatile.Read(ref _mints);

    /// <summary>Tokens revoked.</summary>
    public long Revocations => Volatile.Read(ref _revocations);

    /// <summary>Requests that git-upload-pack was started for: advertisements, ref listings, fetches.</summary>
    public long UploadPacks => Volatile.Read(ref _uploadPacks);

    /// <summary>Requests that git-receive-pack was started for: advertisements, probes, pushes.</summary>
    public long ReceivePacks => Volatile.Read(ref _receivePacks);

    internal void Minted() => Interlocked.Increment(ref _mints);

    internal void Revoked() => Interlocked.Increment(ref _revocations);

    internal void Served(bool write) => Interlocked.Increment(ref write ? ref _receivePacks : ref _uploadPacks);
}
