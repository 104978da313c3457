namespace CursorBroker.Gateway.Lfs;

/// <summary>Bounds on LFS requests.</summary>
public sealed record LfsOptions
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>Most objects of one batch; 1000 unless told otherwise. git-lfs asks for 100 at once.</summary>
    public int MaxObjects { get; init; } = 1000;

    /// <summary>Longest object, in bytes; 5 GiB unless told otherwise, which is the most that GitHub takes on any plan.</summary>
    public long MaxObjectBytes { get; init; } = 5L * 1024 * Mebibyte;

    /// <summary>Longest JSON body of a request, in bytes; 256 KiB unless told otherwise.</summary>
    public int MaxBodyBytes { get; init; } = 256 * 1024;

    /// <summary>Longest JSON answer of the upstream's, in bytes; 4 MiB unless told otherwise. A longer one is refused.</summary>
    public int MaxAnswerBytes { get; init; } = 4 * Mebibyte;

    /// <summary>Most locks listed at once; 100 unless told otherwise. More are on further pages.</summary>
    public int MaxLocks { get; init; } = 100;

    /// <summary>Most bytes of JSON in memory at once, over all requests; 64 MiB unless told otherwise. Beyond it a request is asked to come again (503).</summary>
    public long MaxHeldBytes { get; init; } = 64L * Mebibyte;
}
