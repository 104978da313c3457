using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Inspecting;

/// <summary>Lets a few inspections run at once and none for ever: reading packs and comparing trees keeps a core busy.</summary>
internal sealed class InspectionTurns(InspectionOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.MaxInspections);

    /// <summary>Waits for a turn and runs the work on a thread that serves nobody else meanwhile.</summary>
    public ValueTask<Outcome<T>> RunAsync<T>(Func<CancellationToken, Task<Outcome<T>>> work, CancellationToken cancellationToken)
        where T : class => RunAsync(work, TooMuchWork, cancellationToken);

    /// <summary>The same, with what to refuse with when it takes too long.</summary>
    public async ValueTask<Outcome<T>> RunAsync<T>(Func<CancellationToken, Task<Outcome<T>>> work, Func<Refusal> late, CancellationToken cancellationToken)
        where T : class
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await WithinAsync(options.MaxInspectionTime, token => Task.Run(() => work(token), token), late, cancellationToken);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Runs work that ends after a time: with this refusal then.</summary>
    public async ValueTask<Outcome<T>> WithinAsync<T>(
        TimeSpan most, Func<CancellationToken, Task<Outcome<T>>> work, Func<Refusal> late, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return late();
        }
    }

    public void Dispose() => _turns.Dispose();

    private Refusal TooMuchWork() => new(
        Stage.Examine,
        RefusalKind.TooLarge,
        new CallerText("Working out what this push changes takes too long; push fewer commits at a time."),
        $"more than {nameof(InspectionOptions.MaxInspectionTime)}, {options.MaxInspectionTime}");
}
