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
    /// How many approvals one caller may open in an hour; above zero, 60 by default. Each of them notifies people, and one that was taken back has done so too.
    /// </summary>
    public int MaxOpenedInAnHour
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 60;

    /// <summary>
    /// Until when an approval's records stay in State. Never before it could still wait, be used, or be answered with its denial, so that a record that is
    /// not there was never made.
    /// </summary>
    internal DateTimeOffset KeptUntil(Approval approval) => (approval.Ended is { } ended
        ? ended > approval.Expires ? ended : approval.Expires
        : approval.Expires + approval.Valid) + Kept;
}
