using System.Globalization;
using CursorBroker.Core.State;

namespace CursorBroker.Gateway.Tests;

/// <summary>State in a dictionary; records expire only when a test says so.</summary>
internal sealed class MemoryState : IStateStore
{
    private int _version;

    public Dictionary<StateKey, StateRecord> Records { get; } = [];

    /// <summary>How many writes somebody else wins first.</summary>
    public int LostRaces { get; set; }

    /// <summary>What whoever wins such a race does.</summary>
    public Action Lost { get; set; } = static () => { };

    public bool IsDown { get; set; }

    public ValueTask<StateRecord?> ReadAsync(StateKey key, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return ValueTask.FromResult(Records.GetValueOrDefault(key));
    }

    public ValueTask<StateVersion?> CreateAsync(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Records.ContainsKey(key) ? null : Write(key, value, expires));

    public ValueTask<StateVersion?> ReplaceAsync(
        StateKey key, ReadOnlyMemory<byte> value, StateVersion expected, DateTimeOffset? expires, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Records[key].Version == expected ? Write(key, value, expires) : null);

    public ValueTask<bool> DeleteAsync(StateKey key, StateVersion expected, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return ValueTask.FromResult(Records.TryGetValue(key, out var record) && record.Version == expected && Records.Remove(key));
    }

    public IAsyncEnumerable<StateRecord> ListAsync(string collection, CancellationToken cancellationToken)
    {
        ThrowIfDown();
        return Records.Values.Where(record => record.Key.Collection == collection).ToAsyncEnumerable();
    }

    private StateVersion? Write(StateKey key, ReadOnlyMemory<byte> value, DateTimeOffset? expires)
    {
        ThrowIfDown();
        if (LostRaces > 0)
        {
            LostRaces--;
            Lost();
            return null;
        }

        Assert.IsLessThanOrEqualTo(StateRecord.MaxValueBytes, value.Length);
        var version = new StateVersion((++_version).ToString(CultureInfo.InvariantCulture));
        Records[key] = new(key, value.ToArray(), version, expires);
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
