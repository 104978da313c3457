namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>How much approvers are shown, and how much work goes into it. What is beyond is counted, never dropped silently.</summary>
public sealed record SnapshotLimits
{
    /// <summary>Most ref updates; a push of more is not put before approvers at all. Default 50.</summary>
    public int Updates { get; init; } = Approval.MaxSummary;

    /// <summary>Most commits of one update. Default 100.</summary>
    public int Commits { get; init; } = 100;

    /// <summary>Most files of one update that are listed. Default 300.</summary>
    public int Files { get; init; } = 300;

    /// <summary>Most passing paths of one update. Default 100.</summary>
    public int PassingPaths { get; init; } = 100;

    /// <summary>Most blobs that are fetched or read in all; a changed file has two. Default 600.</summary>
    public int Blobs { get; init; } = 600;

    /// <summary>Largest blob whose content is looked at, in bytes. Default 512 KiB.</summary>
    public int BlobBytes { get; init; } = 512 * 1024;

    /// <summary>Most content that is looked at in all, in bytes. Default 8 MiB.</summary>
    public int BytesInAll { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most lines of one file that are shown. Default 1,000.</summary>
    public int FileLines { get; init; } = 1000;

    /// <summary>Most lines that are shown in all. Default 10,000.</summary>
    public int LinesInAll { get; init; } = 10_000;

    /// <summary>Most lines of a hunk; a longer run of changes becomes several. At most <see cref="FileLines"/>. Default 250.</summary>
    public int HunkLines { get; init; } = 250;

    /// <summary>Most UTF-16 units of a call's body that are shown. Default 65,536.</summary>
    public int RequestLength { get; init; } = 64 * 1024;

    /// <summary>Most members of a call's body that are named. Default 50.</summary>
    public int RequestMembers { get; init; } = 50;

    /// <summary>Most UTF-16 units of a line that are shown. At most 2,000, the default.</summary>
    public int LineLength { get; init; } = 2000;

    /// <summary>
    /// Most work to find out which lines of one file are the same: the square of how many lines are left between the first and the last that differ. Beyond, all
    /// of them count as removed and added again, which hides nothing. Default 25 million: 5,000 lines.
    /// </summary>
    public long FileWork { get; init; } = 25_000_000;

    /// <summary>Most such work in all. Default 250 million.</summary>
    public long WorkInAll { get; init; } = 250_000_000;

    internal bool ShowsNothing => Commits + Files + PassingPaths + LinesInAll == 0;

    internal SnapshotLimits Less() => this with { Commits = Commits / 4, Files = Files / 4, PassingPaths = PassingPaths / 4, LinesInAll = LinesInAll / 4 };
}
