namespace CursorBroker.Core.Identity;

/// <summary>
/// Remembers the directory's answers for <see cref="Lifetime"/>, so that a removed group member is out within that time, and asks once
/// for any number of simultaneous questions about one person. Failures are not remembered.
/// </summary>
public sealed class CachingGroupOverageResolver(IGroupOverageResolver inner, TimeProvider time) : IGroupOverageResolver
{
    /// <summary>Most people remembered; beyond it the oldest answer is forgotten.</summary>
    public const int Capacity = 10_000;

    private readonly ExpiringCache<GroupQuestion, GroupOverageOutcome.Resolved> _answers = new(time, Lifetime, Capacity);
    private readonly Dictionary<GroupQuestion, Task<GroupOverageOutcome>> _asking = [];

    /// <summary>How long an answer counts.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public async ValueTask<GroupOverageOutcome> ResolveAsync(GroupQuestion question, CancellationToken cancellationToken)
    {
        Task<GroupOverageOutcome>? asking;
        lock (_asking)
        {
            if (_answers.TryGet(question, out var known))
            {
                return known;
            }

            if (!_asking.TryGetValue(question, out asking))
            {
                // Not the caller's token: one impatient caller must not fail the others who wait for the same answer.
                asking = Task.Run(() => AskAsync(question), CancellationToken.None);
                _asking[question] = asking;
            }
        }

        return await asking.WaitAsync(cancellationToken);
    }

    private async Task<GroupOverageOutcome> AskAsync(GroupQuestion question)
    {
        try
        {
            var outcome = await inner.ResolveAsync(question, CancellationToken.None);
            if (outcome is GroupOverageOutcome.Resolved resolved)
            {
                _answers.Set(question, resolved);
            }

            return outcome;
        }
        finally
        {
            lock (_asking)
            {
                _asking.Remove(question);
            }
        }
    }
}
