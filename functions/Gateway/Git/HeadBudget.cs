using CursorBroker.Gateway.Inspecting;

namespace CursorBroker.Gateway.Git;

/// <summary>
/// How much of request heads (a fetch's whole body, a push up to its pack) may be in memory at once, over all requests. Each has its own limit; without
/// this one, a few hundred callers at theirs would end the process.
/// </summary>
internal sealed class HeadBudget(GitRoomOptions options)
{
    private readonly ByteBudget _bytes = new(options.MaxHeldHeadBytes);

    /// <summary>A share of nothing yet, for one request; disposed when the request is over.</summary>
    public HeadShare Open() => new(_bytes);
}

/// <summary>One request's part of the budget.</summary>
internal sealed class HeadShare(ByteBudget budget) : IDisposable
{
    private long _taken;
    private bool _closed;

    /// <summary>Counts bytes that are going to be held.</summary>
    /// <exception cref="HeadBudgetException">The budget is used up.</exception>
    public void Take(int bytes)
    {
        if (_closed)
        {
            return;
        }

        if (!budget.TryTake(bytes))
        {
            throw new HeadBudgetException();
        }

        _taken += bytes;
    }

    /// <summary>What is read from now on streams through and is not held.</summary>
    public void Close() => _closed = true;

    /// <summary>Gives back what was taken.</summary>
    public void Dispose()
    {
        _closed = true;
        budget.GiveBack(Interlocked.Exchange(ref _taken, 0));
    }
}

/// <summary>Too many request heads are in memory at once; later there is room again.</summary>
internal sealed class HeadBudgetException : Exception;
