using System.Collections.Immutable;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>What became of the notices about an approval, for its page.</summary>
public interface INoticeBoard
{
    /// <summary>One row for each target and channel; empty when nobody was to be told.</summary>
    ValueTask<ImmutableArray<NoticeStatus>> ReadAsync(ApprovalId id, CancellationToken cancellationToken);
}

/// <summary>How one notice stands.</summary>
/// <param name="Target">The name under the policy's <c>notify</c>.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Outcome">Where it stands.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Detail">What the last try said; null before the first.</param>
/// <param name="At">When it was delivered, or last tried, or put down.</param>
public sealed record NoticeStatus(string Target, string Channel, NoticeOutcome Outcome, int Attempts, string? Detail, DateTimeOffset At);

/// <summary>Where a notice stands. Names are stable: State and the audit hold them.</summary>
public enum NoticeOutcome
{
    /// <summary>It will be tried (again).</summary>
    Waiting,

    /// <summary>The other side took it.</summary>
    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}
