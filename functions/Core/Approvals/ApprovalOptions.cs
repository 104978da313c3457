namespace CursorBroker.Core.Approvals;

/// <summary>How approvals are looked after.</summary>
public sealed record ApprovalOptions
{
    /// <summary>How long an approval and what was shown of it are kept after its end, for its page. Default 90 days; at least a day.</summary>
    public TimeSpan Kept
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromDays(90);

    /// <summary>
    /// Until when an approval's records stay in State. Never before it could still wait, be used, or be answered with its denial, so that a record that is
    /// not there was never made.
    /// </summary>
    internal DateTimeOffset KeptUntil(Approval approval) => (approval.Ended is { } ended
        ? ended > approval.Expires ? ended : approval.Expires
        : approval.Expires + approval.Valid) + Kept;
}
