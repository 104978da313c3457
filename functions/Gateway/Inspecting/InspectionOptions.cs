using CursorBroker.Core.Git.Changes;
using CursorBroker.Core.Git.Packs;
using CursorBroker.Core.Inspecting.Files;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Bounds on looking into what changes a repository, whichever way it comes.</summary>
public sealed record InspectionOptions
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>
    /// Most bytes of pushes, of what is fetched to understand them, and of inspected answers, on the temporary disk at once, over all requests; 768 MiB by default, since small instances
    /// have less than a gigabyte. Beyond it a request is asked to come again; one that alone is larger is refused.
    /// </summary>
    public long MaxSpooledBytes { get; init; } = 768 * Mebibyte;

    /// <summary>Where they are spooled; the system's temporary directory by default.</summary>
    public string SpoolDirectory { get; init; } = Path.GetTempPath();

    /// <summary>
    /// Longest time that working out what one request changes may take, with what is fetched for it; five minutes by default, above zero. Others wait for their turn
    /// meanwhile.
    /// </summary>
    public TimeSpan MaxInspectionTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many inspections run at once; 2 by default, above zero. Others wait for their turn.</summary>
    public int MaxInspections { get; init; } = 2;

    /// <summary>
    /// How many contents are remembered to hold no secret, so that they are not scanned again; 500,000 by default, above one. Each takes about 35 bytes.
    /// </summary>
    public int MaxRememberedVerdicts { get; init; } = 500_000;

    /// <summary>Bounds on an archive that is handed out.</summary>
    public FileLimits Files { get; init; } = new();

    /// <summary>Bounds on a pack.</summary>
    public PackLimits Pack { get; init; } = new();

    /// <summary>Bounds on what one request changes.</summary>
    public ChangeLimits Changes { get; init; } = new();
}
