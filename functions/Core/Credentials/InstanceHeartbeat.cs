using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>Says in State that this instance lives, and tells which others do.</summary>
/// <remarks>
/// A live record is a live instance: records last <see cref="DeadAfter"/> and are renewed well before. Instances whose clocks
/// differ by more than the margin may take each other for dead, and then tokens are revoked too early, never too late.
/// </remarks>
internal sealed class InstanceHeartbeat(IStateStore state, ICredentialObserver observer, TimeProvider time) : IDisposable
{
    /// <summary>The State collection; ids are instance ids.</summary>
    public const string Collection = "instance";

    /// <summary>How often it beats.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>How long after its last beat an instance counts as dead.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(90);

    private readonly SemaphoreSlim _beating = new(1, 1);
    private StateVersion? _version;
    private long _lastBeat = long.MinValue;

    /// <summary>This instance's id: new with every start.</summary>
    public string Id { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private StateKey Key => new(Collection, Id);

    /// <summary>Beats until cancelled. State being away is told and survived.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await BeatAsync(cancellationToken);
            }
            catch (StateUnavailableException e)
            {
                observer.Troubled("the heartbeat of this instance could not be written", e);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Beats now if the last beat is so old that others might soon take this instance for dead, or if there was none.</summary>
    /// <exception cref="StateUnavailableException">It could not be written.</exception>
    public ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        var last = Interlocked.Read(ref _lastBeat);
        return last != long.MinValue && time.GetUtcNow().UtcTicks - last < (Every * 2).Ticks
            ? ValueTask.CompletedTask
            : new ValueTask(BeatAsync(cancellationToken));
    }

    /// <summary>The instances that live, this one always among them.</summary>
    /// <exception cref="StateUnavailableException">It cannot be known.</exception>
    public async ValueTask<HashSet<string>> AliveAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var alive = new HashSet<string>(StringComparer.Ordinal) { Id };
        await foreach (var record in state.ListAsync(Collection, cancellationToken))
        {
            if (record.Expires > now)
            {
                alive.Add(record.Key.Id);
            }
        }

        return alive;
    }

    /// <summary>Takes the record away, so that others need not wait to look after what this instance leaves behind.</summary>
    /// <exception cref="StateUnavailableException">It is still there and lapses by itself.</exception>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await _beating.WaitAsync(cancellationToken);
        try
        {
            if (_version is { } version)
            {
                await state.DeleteAsync(Key, version, cancellationToken);
                _version = null;
                Interlocked.Exchange(ref _lastBeat, long.MinValue);
            }
        }
        finally
        {
            _beating.Release();
        }
    }

    public void Dispose() => _beating.Dispose();

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        await _beating.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            var value = Encoding.UTF8.GetBytes($$"""{"at":"{{now:O}}"}""");
            var expires = now + DeadAfter;
            var version = _version is { } known ? await state.ReplaceAsync(Key, value, known, expires, cancellationToken) : null;
            version ??= await state.CreateAsync(Key, value, expires, cancellationToken);
            if (version is null && await state.ReadAsync(Key, cancellationToken) is { } record)
            {
                // A write whose answer was lost left a version that was never seen here.
                version = await state.ReplaceAsync(Key, value, record.Version, expires, cancellationToken);
            }

            _version = version ?? throw new StateUnavailableException("the heartbeat of this instance is being changed by someone else");
            Interlocked.Exchange(ref _lastBeat, now.UtcTicks);
        }
        finally
        {
            _beating.Release();
        }
    }
}
