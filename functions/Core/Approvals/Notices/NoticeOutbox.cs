using System.Collections.Immutable;
using System.Threading.Channels;
using CursorBroker.Core.Policy;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Approvals.Notices;

/// <summary>
/// Keeps in State whom to tell of an approval, one record for each target and channel, until <see cref="NoticeWorker"/> has told them; and says how that stands.
/// </summary>
/// <param name="state">Where the records are.</param>
/// <param name="policies">Says what the targets' names mean.</param>
/// <param name="channels">The ways this host has to reach people.</param>
/// <param name="observer">Hears of what does not work.</param>
/// <param name="time">The clock.</param>
public sealed class NoticeOutbox(
    IStateStore state, IPolicySource policies, IReadOnlyCollection<INoticeChannel> channels, INoticeObserver observer, TimeProvider time)
    : IApprovalObserver, INoticeBoard
{
    /// <summary>Stands for the channel of a target that no way leads to.</summary>
    internal const string NoChannel = "none";

    // One piece of news is as good as many.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// Writes the records; those that exist stay as they are. When State is away, or no policy is in force, it returns all the same: the worker looks for
    /// approvals whose records are missing.
    /// </summary>
    public async ValueTask OpenedAsync(Approval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        try
        {
            await EnsureAsync(approval, cancellationToken);
        }
        catch (StateUnavailableException e)
        {
            observer.Troubled("the notices of an approval could not be written; the worker will write them", e);
        }
    }

    /// <summary>Nothing to do: the worker looks before each try how the approval stands.</summary>
    public ValueTask MovedAsync(Approval approval, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Tells everybody once more that an approval still waits, except those whom the first notice has not reached yet. Once, however often it is called.</summary>
    /// <exception cref="StateUnavailableException">It could not be written; call it again.</exception>
    public async ValueTask RemindAsync(Approval approval, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(approval);
        foreach (var (target, channel) in Ways(approval))
        {
            var first = await state.ReadAsync(NoticeRecord.KeyOf(approval.Id.Value, target, channel, reminder: false), cancellationToken);
            if (first is not null && NoticeRecord.FromBytes(first.Value) is { Outcome: NoticeOutcome.Delivered })
            {
                await WriteAsync(approval, target, channel, reminder: true, cancellationToken);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<NoticeStatus>> ReadAsync(ApprovalId id, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(id);
        var found = new List<NoticeRecord>();
        await foreach (var stored in state.ListAsync(NoticeRecord.Collection, cancellationToken))
        {
            if (NoticeRecord.FromBytes(stored.Value) is { } record && record.Approval == id.Value)
            {
                found.Add(record);
            }
        }

        // A reminder that did not arrive does not unsay that the first notice did.
        return
        [
            .. found.GroupBy(static record => (record.Target, record.Channel))
                .Select(static records => records.OrderBy(static record => record.Outcome == NoticeOutcome.Delivered).ThenBy(static record => record.At).Last())
                .OrderBy(static record => record.Target, StringComparer.Ordinal)
                .ThenBy(static record => record.Channel, StringComparer.Ordinal)
                .Select(static record => new NoticeStatus(record.Target, record.Channel, record.Outcome, record.Attempts, record.Detail, record.At)),
        ];
    }

    /// <summary>Writes what is missing of an approval's first notices.</summary>
    /// <exception cref="StateUnavailableException">Some may still be missing.</exception>
    internal async ValueTask EnsureAsync(Approval approval, CancellationToken cancellationToken)
    {
        foreach (var (target, channel) in Ways(approval))
        {
            await WriteAsync(approval, target, channel, reminder: false, cancellationToken);
        }
    }

    /// <summary>Waits until there may be something to do, or for the given time.</summary>
    internal async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            await _news.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }
    }

    private async ValueTask WriteAsync(Approval approval, string target, string channel, bool reminder, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = new NoticeRecord
        {
            Approval = approval.Id.Value,
            Session = approval.Requester.Session,
            Target = target,
            Channel = channel,
            Reminder = reminder,
            Expires = approval.Expires,
            At = now,
            Due = now,
        };
        if (await state.CreateAsync(record.Key, record.ToBytes(), record.KeptUntil, cancellationToken) is not null)
        {
            Wake();
        }
    }

    // Also a channel that the target names and this host lacks: that nobody is told there must show. Without a policy nothing is known of any target yet.
    private IEnumerable<(string Target, string Channel)> Ways(Approval approval)
    {
        if (policies.Current?.Notify is not { } known)
        {
            yield break;
        }

        foreach (var name in approval.Requirements.SelectMany(static requirement => requirement.Notify).Distinct(StringComparer.Ordinal))
        {
            var target = known.GetValueOrDefault(name);
            var ways = target is null ? [] : ChannelsOf(target).Distinct(StringComparer.Ordinal).ToList();
            foreach (var channel in ways is [] ? [NoChannel] : ways)
            {
                yield return (name, channel);
            }
        }
    }

    private IEnumerable<string> ChannelsOf(NotifyTarget target)
    {
        foreach (var channel in channels.Where(channel => channel.Serves(target)))
        {
            yield return channel.Name;
        }

        if (target.TeamsSecret is not null)
        {
            yield return NoticeChannels.Teams;
        }

        if (!target.Email.IsEmpty)
        {
            yield return NoticeChannels.Email;
        }
    }

    private void Wake() => _news.Writer.TryWrite(true);
}
