namespace CursorBroker.Adapters.Sqlite;

/// <summary>Something to write, and the promise that it is durable.</summary>
internal abstract class PendingWrite
{
    private readonly TaskCompletionSource _durable = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the write is durable, or fails with what stood in the way.</summary>
    public Task Durable => _durable.Task;

    /// <summary>The commit that held it has returned.</summary>
    public void Committed() => _durable.SetResult();

    /// <summary>The commit that held it has failed.</summary>
    public void Failed(Exception reason) => _durable.SetException(reason);
}
