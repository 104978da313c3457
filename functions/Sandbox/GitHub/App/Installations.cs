using System.Collections.Concurrent;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>On which accounts the App is installed: on every one that owns a repository here, unless it was uninstalled or suspended.</summary>
internal sealed class Installations(RepositoryCatalog catalog, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uninstalled = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _suspended = new(StringComparer.OrdinalIgnoreCase);

    public Installation? On(string account) =>
        _uninstalled.ContainsKey(account) ? null : All().FirstOrDefault(one => Same(one.Account, account));

    public Installation? WithId(long id) => All().FirstOrDefault(one => one.Id == id && !_uninstalled.ContainsKey(one.Account));

    public bool IsSuspended(string account) => _suspended.ContainsKey(account);

    public DateTimeOffset? SuspendedAt(string account) => _suspended.TryGetValue(account, out var at) ? at : null;

    public void SetInstalled(string account, bool installed) => Set(_uninstalled, account, !installed);

    public void SetSuspended(string account, bool suspended) => Set(_suspended, account, suspended);

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private void Set(ConcurrentDictionary<string, DateTimeOffset> marks, string account, bool marked)
    {
        if (marked)
        {
            marks.TryAdd(account, time.GetUtcNow());
        }
        else
        {
            marks.TryRemove(account, out _);
        }
    }

    private IEnumerable<Installation> All() => catalog.All
        .Select(static repository => repository.Owner)
        .Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(static owner => new Installation(StableId.Of("installation/" + owner), owner));
}
