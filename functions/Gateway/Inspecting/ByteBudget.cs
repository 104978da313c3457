namespace CursorBroker.Gateway.Inspecting;

/// <summary>How many bytes all requests together may hold of something that an instance has little of.</summary>
/// <param name="most">The budget, in bytes.</param>
internal sealed class ByteBudget(long most)
{
    private long _held;

    /// <summary>The budget, in bytes.</summary>
    public long Most => most;

    /// <summary>How much of it is taken, in bytes.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes from the budget; false, and nothing taken, when it is used up.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most)
        {
            return true;
        }

        GiveBack(bytes);
        return false;
    }

    public void GiveBack(long bytes) => Interlocked.Add(ref _held, -bytes);
}
