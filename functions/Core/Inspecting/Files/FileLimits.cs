namespace CursorBroker.Core.Inspecting.Files;

/// <summary>Bounds on looking into a file. What goes beyond one of them is refused with a message that names it.</summary>
public sealed record FileLimits
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Most files in an archive, those of archives in it included; above zero, 200,000 by default.</summary>
    public int MaxEntries { get; init; } = 200_000;

    /// <summary>Most bytes that all of it may unpack to; above zero, 8 GiB by default.</summary>
    public long MaxUnpackedBytes { get; init; } = 8192 * Mebibyte;

    /// <summary>How many times as large as the archive what it unpacks to may be; above zero, 500 by default. It does not hold below <see cref="RatioFloor"/>.</summary>
    public int MaxRatio { get; init; } = 500;

    /// <summary>Unpacked bytes up to which the ratio does not matter; zero or more, 256 MiB by default.</summary>
    public long RatioFloor { get; init; } = 256 * Mebibyte;

    /// <summary>Largest zip archive within an archive, which is held in memory; above zero, 32 MiB by default.</summary>
    public int MaxNestedZipBytes { get; init; } = (int)(32 * Mebibyte);
}
