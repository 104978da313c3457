using System.Collections.Concurrent;

namespace CursorBroker.Sandbox.GitHub.Records;

/// <summary>The records of every repository, by id, so that a rename keeps them. They last as long as the server.</summary>
internal sealed class WorldRecords(RecordSeed seed, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, Lazy<RepositoryRecords>> _records = new();

    public RepositoryRecords Of(SandboxRepository repository) => _records.GetOrAdd(
        repository.Id,
        _ => new Lazy<RepositoryRecords>(() =>
        {
            var records = new RepositoryRecords(repository.Id, time);
            seed.Plant(repository, records);
            return records;
        })).Value;
}
