using System.Globalization;

namespace CursorBroker.Sandbox.GitHub.Lfs;

/// <summary>A lock.</summary>
internal sealed record LfsLock(string Id, string Path, DateTimeOffset LockedAt, string Owner);

/// <summary>The locks, as long as the process lives. Whoever comes with a token of the App is the App, so that all of them are its own.</summary>
internal sealed class LfsLocks(TimeProvider time)
{
    private const string Owner = $"{SandboxGitHub.AppSlug}[bot]";

    private readonly Lock _changing = new();
    private readonly List<(long Repository, LfsLock Lock)> _locks = [];
    private int _made;

    /// <summary>Locks a file, or finds it locked.</summary>
    public (LfsLock Lock, bool IsNew) Create(SandboxRepository repository, string path)
    {
        lock (_changing)
        {
            if (In(repository).FirstOrDefault(each => each.Path == path) is { } there)
            {
                return (there, false);
            }

            var made = new LfsLock((++_made).ToString(CultureInfo.InvariantCulture), path, time.GetUtcNow(), Owner);
            _locks.Add((repository.Id, made));
            return (made, true);
        }
    }

    public LfsLock? Remove(SandboxRepository repository, string id)
    {
        lock (_changing)
        {
            var at = _locks.FindIndex(each => each.Repository == repository.Id && each.Lock.Id == id);
            if (at < 0)
            {
                return null;
            }

            var gone = _locks[at].Lock;
            _locks.RemoveAt(at);
            return gone;
        }
    }

    /// <summary>A page of them, and where the next begins.</summary>
    public (IReadOnlyList<LfsLock> Locks, string? Next) List(SandboxRepository repository, string? path, string? id, int from, int most)
    {
        lock (_changing)
        {
            var all = In(repository).Where(each => (path is null || each.Path == path) && (id is null || each.Id == id)).ToList();
            var page = all.Skip(from).Take(most).ToList();
            return (page, from + page.Count < all.Count ? (from + page.Count).ToString(CultureInfo.InvariantCulture) : null);
        }
    }

    private IEnumerable<LfsLock> In(SandboxRepository repository) => _locks.Where(each => each.Repository == repository.Id).Select(static each => each.Lock);
}
