using System.Collections.Immutable;

namespace CursorBroker.Sandbox.GitHub;

/// <summary>Which repositories exist, under which names, and under which names they once were. Names compare case-insensitively.</summary>
internal sealed class RepositoryCatalog
{
    private readonly Lock _writing = new();
    private volatile State _state = new(Names<SandboxRepository>(), Names<long>());

    public RepositoryCatalog(IEnumerable<SandboxRepository> repositories)
    {
        foreach (var repository in repositories)
        {
            Add(repository);
        }
    }

    public IEnumerable<SandboxRepository> All => _state.ByName.Values;

    /// <summary>The repository under a name of now or of before; null when there is none.</summary>
    public CatalogEntry? Find(string owner, string name)
    {
        var state = _state;
        var fullName = $"{owner}/{name}";
        if (state.ByName.TryGetValue(fullName, out var repository))
        {
            return new CatalogEntry(repository, Moved: false);
        }

        return state.Former.TryGetValue(fullName, out var id) && WithId(id) is { } moved ? new CatalogEntry(moved, Moved: true) : null;
    }

    public SandboxRepository? WithId(long id) => _state.ByName.Values.FirstOrDefault(repository => repository.Id == id);

    /// <exception cref="ArgumentException">The name or the id is taken.</exception>
    public void Add(SandboxRepository repository)
    {
        lock (_writing)
        {
            if (_state.ByName.ContainsKey(repository.FullName) || WithId(repository.Id) is not null)
            {
                throw new ArgumentException($"The repository {repository.FullName} is there already.", nameof(repository));
            }

            _state = new State(_state.ByName.Add(repository.FullName, repository), _state.Former.Remove(repository.FullName));
        }
    }

    /// <exception cref="ArgumentException">There is none of the old name, or one of the new.</exception>
    public void Rename(string from, string to)
    {
        lock (_writing)
        {
            if (!_state.ByName.TryGetValue(from, out var repository) || to.Split('/') is not [{ Length: > 0 } owner, { Length: > 0 } name])
            {
                throw new ArgumentException($"Cannot rename {from} to {to}: no such repository, or not a name.", nameof(from));
            }

            var renamed = repository with { Owner = owner, Name = name };
            _state = new State(
                _state.ByName.Remove(from).Add(to, renamed),
                _state.Former.Remove(to).SetItem(repository.FullName, repository.Id));
        }
    }

    private static ImmutableDictionary<string, T> Names<T>() => ImmutableDictionary.Create<string, T>(StringComparer.OrdinalIgnoreCase);

    private sealed record State(ImmutableDictionary<string, SandboxRepository> ByName, ImmutableDictionary<string, long> Former);
}

/// <summary>A repository, and whether the name that found it is one it no longer has.</summary>
internal sealed record CatalogEntry(SandboxRepository Repository, bool Moved);
