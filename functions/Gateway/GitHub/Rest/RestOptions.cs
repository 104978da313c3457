namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Bounds on REST calls.</summary>
public sealed record RestOptions
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>Longest JSON body of a call, in bytes; 10 MiB unless told otherwise.</summary>
    public int MaxBodyBytes { get; init; } = 10 * Mebibyte;

    /// <summary>Longest answer that is read whole because something has to be left out of it, in bytes; 20 MiB unless told otherwise. A longer one is refused.</summary>
    public int MaxEditedBytes { get; init; } = 20 * Mebibyte;

    /// <summary>Most bytes of bodies and edited answers in memory at once, over all requests; 128 MiB unless told otherwise. Beyond it a call is asked to come again (503).</summary>
    public long MaxHeldBytes { get; init; } = 128L * Mebibyte;

    /// <summary>Longest upload, in bytes; 2 GiB unless told otherwise, which is GitHub's own limit.</summary>
    public long MaxUploadBytes { get; init; } = 2048L * Mebibyte;
}
