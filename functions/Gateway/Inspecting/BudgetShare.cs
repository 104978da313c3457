namespace CursorBroker.Gateway.Inspecting;

/// <summary>What one request holds of a <see cref="ByteBudget"/>: it grows with what the request really holds, and goes back when that is over. For one request, which does one thing at a time.</summary>
/// <param name="budget">The budget.</param>
internal sealed class BudgetShare(ByteBudget budget) : IDisposable
{
    private long _held;

    /// <summary>How much it holds, in bytes.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes more; false, and nothing taken, when the budget is used up.</summary>
    public bool TryTake(long bytes)
    {
        if (!budget.TryTake(bytes))
        {
            return false;
        }

        Interlocked.Add(ref _held, bytes);
        return true;
    }

    /// <summary>Gives back what is above so many bytes.</summary>
    public void ShrinkTo(long bytes)
    {
        var over = Held - bytes;
        if (over > 0)
        {
            Interlocked.Add(ref _held, -over);
            budget.GiveBack(over);
        }
    }

    public void Dispose() => budget.GiveBack(Interlocked.Exchange(ref _held, 0));
}
