using System.Globalization;
using System.Runtime.CompilerServices;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Tests.State;

/// <summary>State in memory, as strict as the port says: versions never repeat, an expired record is not there.</summary>
internal sealed class InMemoryStateStore(TimeProvider time) : IStateStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StateKey, StateRecord> _records = [];
    private long _version;

    public int Reads { get; private set; }

    public int Writes { get; private set; }

    public bool IsDown { get; set; }

    /// <summary>Runs once after the next read, before the reader can act on it: another instance that is quicker.</summary>
    public Func<ValueTask>? AfterNextRead { get; set; }

    public async ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        StateRecord? record;
        Func<ValueTask>? interruption;
        lock (_gate)
        {
            ThrowIfDown();
            Reads++;
            record = Live(key);
            (interruption, AfterNextRead) = (AfterNextRead, null);
        }

        if (interruption is not null)
        {
            await interruption();
        }

        return record;
    }

    public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfDown();
            return ValueTask.FromResult(Live(key) is null ? Put(key, value, expires) : null);
        }
    }

    public ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfDown();
            return ValueTask.FromResult(Live(key)?.Version == expected ? Put(key, value, expires) : null);
        }
    }

    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfDown();
            return ValueTask.FromResult(Live(key)?.Version == expected && _records.Remove(key));
        }
    }

    public async IAsyncEnumerable<StateRecord> ListAsync(string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StateRecord[] all;
        lock (_gate)
        {
            ThrowIfDown();
            all = [.. _records.Keys.Where(k => k.Collection == collection).Select(Live).OfType<StateRecord>()];
        }

        await Task.CompletedTask;
        foreach (var record in all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return record;
        }
    }

    private StateRecord? Live(StateKey key) =>
        _records.TryGetValue(key, out var record) && (record.Expires is null || record.Expires > time.GetUtcNow()) ? record : null;

    private StateVersion Put(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires)
    {
        Writes++;
        var version = new StateVersion((++_version).ToString(CultureInfo.InvariantCulture));
        _records[key] = new StateRecord(key, value.ToArray(), version, expires);
        return version;
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new StateUnavailableException("down");
        }
    }
}
