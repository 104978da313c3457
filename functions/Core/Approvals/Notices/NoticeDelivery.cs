using CursorBroker.Core.Policy;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>One try of one notice that was taken: whether there is still something to tell, to whom, and when to try again.</summary>
internal sealed class NoticeDelivery(
    IApprovalHome home,
    IPolicySource policies,
    IReadOnlyCollection<INoticeChannel> channels,
    ApprovalNotices notices,
    INoticeObserver observer,
    TimeProvider time)
{
    /// <summary>How long a taken notice is left alone; whoever took it is dead after that.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>Longest try. Well below <see cref="Lease"/>, so that no two try at once.</summary>
    public static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(1);

    /// <summary>The wait after the first failure; doubled after each further one up to <see cref="LongestWait"/>.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait that is not of the other side's asking.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>The longest wait of the other side's asking; no approval waits longer.</summary>
    public static readonly TimeSpan LongestAsked = TimeSpan.FromDays(30);

    /// <summary>The shortest wait between two looks.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>Tries once and returns the record as it is after that.</summary>
    /// <exception cref="State.StateUnavailableException">How the approval stands cannot be known; nothing was sent.</exception>
    public async ValueTask<NoticeRecord> TryAsync(NoticeRecord record, CancellationToken cancellationToken)
    {
        if (!ApprovalId.TryParse(record.Approval, out var id) || await home.FindAsync(id, cancellationToken) is not { } approval)
        {
            return NotTried(record, "the approval is gone");
        }

        if (approval.Status != ApprovalStatus.Pending)
        {
            return NotTried(record, $"no longer needed: the approval is {approval.Status}");
        }

        if (approval.Expires <= time.GetUtcNow())
        {
            return NotTried(record, "the approval expired first");
        }

        if (policies.Current is not { } policy)
        {
            return After(record, new(false, "no policy is in force", Retry: true));
        }

        if (!policy.Notify.TryGetValue(record.Target, out var target))
        {
            return NotTried(record, $"the policy has no notify target {record.Target}");
        }

        if (record.Channel == NoticeOutbox.NoChannel)
        {
            return NotTried(record, $"the policy had no way to reach {record.Target} when the approval was opened");
        }

        if (channels.FirstOrDefault(channel => channel.Name == record.Channel) is not { } channel)
        {
            return NotTried(record, $"the broker is not set up for {record.Channel}");
        }

        return channel.Serves(target)
            ? After(record, await SendAsync(channel, target, notices.Of(approval, record.Reminder), cancellationToken))
            : NotTried(record, $"{record.Target} has nothing for {record.Channel} in the policy");
    }

    private async ValueTask<NoticeResult> SendAsync(INoticeChannel channel, NotifyTarget target, ApprovalNotice notice, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(LongestTry, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            return await channel.SendAsync(target, notice, either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(false, "took too long", Retry: true);
        }
        catch (Exception bug) when (!cancellationToken.IsCancellationRequested)
        {
            // Not its message: a channel handles secrets, and what it throws may hold one.
            observer.Troubled($"the channel {channel.Name} broke with {bug.GetType()} {bug.StackTrace?.Split('\n')[0].Trim()}", null);
            return new(false, "the channel broke", Retry: true);
        }
    }

    private NoticeRecord After(NoticeRecord record, NoticeResult result)
    {
        var now = time.GetUtcNow();
        var after = record with { At = now, Detail = Shown.Line(result.Detail) };
        if (result.Delivered)
        {
            return after with { Outcome = NoticeOutcome.Delivered };
        }

        var due = now + Wait(record.Attempts, result.RetryAfter);
        return (result.Retry, due < record.Expires) switch
        {
            (false, _) => after with { Outcome = NoticeOutcome.Failed },
            (true, false) => after with { Outcome = NoticeOutcome.Failed, Detail = $"{after.Detail}; the approval expires before another try" },
            (true, true) => after with { Due = due },
        };
    }

    // The other side may ask for more patience than this, not for less.
    private static TimeSpan Wait(int attempts, TimeSpan? asked)
    {
        var own = FirstWait * (1 << Math.Clamp(attempts - 1, 0, 10));
        own = own < LongestWait ? own : LongestWait;
        return asked is { } longer && longer > own ? (longer < LongestAsked ? longer : LongestAsked) : own;
    }

    private NoticeRecord NotTried(NoticeRecord record, string why) =>
        record with { Outcome = NoticeOutcome.Failed, Attempts = record.Attempts - 1, At = time.GetUtcNow(), Detail = why };
}
