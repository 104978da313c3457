using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>One way to reach people: Teams, e-mail. Filled by adapters.</summary>
public interface INoticeChannel
{
    /// <summary>A stable name for audit and pages: <c>teams</c>, <c>email</c>.</summary>
    string Name { get; }

    /// <summary>Whether the target has something for this channel.</summary>
    bool Serves(NotifyTarget target);

    /// <summary>Tries once. Does not retry, and throws only on cancellation or a bug.</summary>
    ValueTask<NoticeResult> SendAsync(NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken);
}

/// <summary>What became of one try.</summary>
/// <param name="Delivered">Whether the other side took it.</param>
/// <param name="Detail">What the other side said, or why it could not be reached; holds no secret (a webhook's URL is one).</param>
/// <param name="Retry">Whether trying again may help.</param>
/// <param name="RetryAfter">When to try again, if the other side said so.</param>
public sealed record NoticeResult(bool Delivered, string Detail, bool Retry = false, TimeSpan? RetryAfter = null);
