namespace CursorBroker.Core.Git.Packs;

/// <summary>Bounds on what a pack may hold. A pack beyond one of them is refused with a message that names the limit.</summary>
public sealed record PackLimits
{
    /// <summary>Most objects in one pack; above zero, 1,000,000 by default. The index takes about 60 bytes for each.</summary>
    public int MaxObjects { get; init; } = 1_000_000;

    /// <summary>
    /// Largest object that is held in memory, in bytes: a commit, a tree, a tag, a delta, and everything that a delta is applied to or makes. Above
    /// zero and below 1 GiB; 100 MiB by default, above which GitHub refuses files too. A few such objects are held at once.
    /// </summary>
    public int MaxObjectBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Largest tree, in bytes; above zero, 16 MiB by default, which is about 400,000 entries. Several are held and compared at once.</summary>
    public int MaxTreeBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Largest commit or tag, in bytes; above zero, 1 MiB by default. All new commits of a push are held at once.</summary>
    public int MaxCommitBytes { get; init; } = 1024 * 1024;

    /// <summary>Largest blob that no delta touches, in bytes, which is only hashed as it passes; above zero, 2 GiB by default.</summary>
    public long MaxBlobBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Most bytes that all objects may have together, inflated and with their deltas applied; above zero, 16 GiB by default.</summary>
    public long MaxInflatedBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>
    /// How many times as large as the pack all objects together may be; above zero, 500 by default: histories of source text reach a hundred.
    /// It does not hold below <see cref="InflateRatioFloor"/>.
    /// </summary>
    public int MaxInflateRatio { get; init; } = 500;

    /// <summary>Inflated bytes up to which the ratio does not matter; zero or more, 256 MiB by default.</summary>
    public long InflateRatioFloor { get; init; } = 256L * 1024 * 1024;

    /// <summary>Longest chain of deltas; above zero, 512 by default. git makes chains of 50, or of 250 when it is told to be aggressive.</summary>
    public int MaxDeltaDepth { get; init; } = 512;

    /// <summary>Bytes of delta bases that are kept at hand while deltas are resolved, over all threads; zero or more, 64 MiB by default. What does not fit is made again.</summary>
    public long BaseCacheBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes of objects that are kept at hand for reading; zero or more, 32 MiB by default. What does not fit is made again.</summary>
    public long ReadCacheBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>Threads that resolve deltas; above zero, 2 by default.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The most inflated bytes that a pack of this length may hold.</summary>
    internal long InflatedBytesFor(long packBytes) =>
        Math.Min(MaxInflatedBytes, Math.Max(InflateRatioFloor, packBytes > long.MaxValue / MaxInflateRatio ? long.MaxValue : packBytes * MaxInflateRatio));
}
