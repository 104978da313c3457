using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>State in memory, that can be made unavailable.</summary>
internal sealed class FakeState(TimeProvider time) : IStateStore
{
    private readonly ConcurrentDictionary<StateKey, StateRecord> _records = [];
    private readonly Lock _lock = new();
    private long _version;

    /// <summary>Throws for the operations and keys it says yes to.</summary>
    public Func<string, StateKey?, bool> IsDown { get; set; } = static (_, _) => false;

    public IReadOnlyList<StateRecord> All(string collection)
    {
        lock (_lock)
        {
            return [.. _records.Values.Where(record => record.Key.Collection == collection && Lives(record))];
        }
    }

    public void Overwrite(StateKey key, byte[] value)
    {
        lock (_lock)
        {
            _records[key] = _records[key] with { Value = value, Version = Next() };
        }
    }

    public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        Check("read", key, cancellationToken);
        lock (_lock)
        {
            return ValueTask.FromResult(Live(key));
        }
    }

    public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        Check("create", key, cancellationToken);
        lock (_lock)
        {
            return ValueTask.FromResult(Live(key) is null ? Put(key, value, expires) : null);
        }
    }

    public ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken)
    {
        Check("replace", key, cancellationToken);
        lock (_lock)
        {
            return ValueTask.FromResult(Live(key)?.Version == expected ? Put(key, value, expires) : null);
        }
    }

    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        Check("delete", key, cancellationToken);
        lock (_lock)
        {
            return ValueTask.FromResult(Live(key)?.Version == expected && _records.TryRemove(key, out _));
        }
    }

    public async IAsyncEnumerable<StateRecord> ListAsync(string collection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check("list", null, cancellationToken);
        foreach (var record in All(collection))
        {
            await Task.Yield();
            yield return record;
        }
    }

    private void Check(string operation, StateKey? key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown(operation, key))
        {
            throw new StateUnavailableException($"{operation} is down");
        }
    }

    private StateVersion Put(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires)
    {
        var version = Next();
        _records[key] = new StateRecord(key, value.ToArray(), version, expires);
        return version;
    }

    private StateVersion Next() => new((++_version).ToString(CultureInfo.InvariantCulture));

    private StateRecord? Live(StateKey key) => _records.TryGetValue(key, out var record) && Lives(record) ? record : null;

    private bool Lives(StateRecord record) => record.Expires is not { } expires || expires > time.GetUtcNow();
}
