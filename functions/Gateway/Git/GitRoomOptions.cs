using CursorBroker.Core.Git.Fetching;
using CursorBroker.Core.Git.Pushing;
using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Git;

/// <summary>Bounds on git requests. What looking into a push may take is in <see cref="InspectionOptions"/>.</summary>
public sealed record GitRoomOptions
{
    private const long Gibibyte = 1024L * 1024 * 1024;

    /// <summary>Bounds on the head of a push.</summary>
    public ReceivePackLimits ReceivePack { get; init; } = new();

    /// <summary>Bounds on a fetch.</summary>
    public UploadPackLimits UploadPack { get; init; } = new();

    /// <summary>
    /// Most bytes of request heads held at once, over all requests; 128 MiB by default. Beyond it a request is asked to come again (503).
    /// </summary>
    public long MaxHeldHeadBytes { get; init; } = Gibibyte / 8;

    /// <summary>
    /// Longest time that a push may take to arrive; an hour by default, above zero. Its room on the disk is taken meanwhile, and its caller's token was good at the
    /// beginning.
    /// </summary>
    public TimeSpan MaxReceiveTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest push, in bytes as sent; 2 GiB by default, which is GitHub's own limit.</summary>
    public long MaxPushBytes { get; init; } = 2 * Gibibyte;

    /// <summary>Most bytes that a compressed body may become; 2 GiB by default. Heads have their own, smaller limits.</summary>
    public long MaxInflatedBytes { get; init; } = 2 * Gibibyte;

    /// <summary>Most bytes read and thrown away so that the client of a refused push reads why; 2 GiB by default.</summary>
    public long MaxDrainBytes { get; init; } = 2 * Gibibyte;
}
