namespace CursorBroker.Core.Git.Fetching;

/// <summary>Bounds on a request to git-upload-pack.</summary>
public sealed record UploadPackLimits
{
    /// <summary>
    /// Longest request, in bytes; 8 MiB by default, about 160,000 <c>have</c> or <c>want</c> lines. It is also the most that one is held in.
    /// </summary>
    public int MaxBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most objects wanted at once; 100,000 by default: the checkout of a partial clone wants every file by its id.</summary>
    public int MaxWants { get; init; } = 100_000;

    /// <summary>Most <c>ref-prefix</c> arguments; 10,000 by default.</summary>
    public int MaxRefPrefixes { get; init; } = 10_000;

    /// <summary>Most <c>deepen-not</c> arguments; 1,000 by default.</summary>
    public int MaxDeepenNot { get; init; } = 1_000;
}
