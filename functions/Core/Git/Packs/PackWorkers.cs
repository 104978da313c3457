using CursorBroker.Core.Git.Wire;

namespace CursorBroker.Core.Git.Packs;

/// <summary>Goes over a pack's objects with a few workers, each of which takes the next number as it becomes free.</summary>
/// <param name="count">How many objects.</param>
/// <param name="threads">How many workers.</param>
internal sealed class PackWorkers(int count, int threads)
{
    private int _next = -1;
    private GitFailure? _failure;

    /// <summary>Runs until all numbers are taken or one worker fails; every worker has ended when it returns or throws.</summary>
    /// <param name="newWorker">Makes a worker, which takes one number.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public GitFailure? Run(Func<Func<int, CancellationToken, GitFailure?>> newWorker, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var others = Enumerable.Range(1, threads - 1).Select(_ => Task.Run(() => Work(newWorker(), stop), CancellationToken.None)).ToArray();
        try
        {
            Work(newWorker(), stop);
        }
        finally
        {
            Task.WaitAll(others.Select(static task => task.ContinueWith(static _ => { }, TaskScheduler.Default)).ToArray(), CancellationToken.None);
        }

        foreach (var other in others)
        {
            other.GetAwaiter().GetResult();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return _failure;
    }

    private void Work(Func<int, CancellationToken, GitFailure?> worker, CancellationTokenSource stop)
    {
        try
        {
            for (int index; !stop.IsCancellationRequested && (index = Interlocked.Increment(ref _next)) < count;)
            {
                if (worker(index, stop.Token) is { } failure)
                {
                    Interlocked.CompareExchange(ref _failure, failure, null);
                    stop.Cancel();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Another worker failed, or the caller gave up: whoever waits for all of them tells.
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }
}
