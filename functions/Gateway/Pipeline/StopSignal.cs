namespace CursorBroker.Gateway.Pipeline;

/// <summary>Whether the host was told to stop: what is only waiting then ends its wait, so that its caller is told what to do next.</summary>
internal sealed class StopSignal(CancellationToken stopping)
{
    public bool IsStopping => stopping.IsCancellationRequested;
}
