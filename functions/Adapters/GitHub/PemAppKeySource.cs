using System.Collections.Immutable;

namespace CursorBroker.Adapters.GitHub;

/// <summary>App keys from PEM files or a PEM text.</summary>
/// <remarks>Files are read again when they change, so that a key is rotated by replacing or adding a file's content. A file that vanishes takes its keys with it.</remarks>
public sealed class PemAppKeySource : IAppKeySource
{
    private readonly ImmutableArray<string> _paths;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTime Written, long Length, AppKeySet Keys)> _read = new(StringComparer.Ordinal);
    private readonly AppKeySet? _fixed;

    private PemAppKeySource(ImmutableArray<string> paths, AppKeySet? keys)
    {
        _paths = paths;
        _fixed = keys;
    }

    /// <summary>Keys from one or more files, the first one's tried first.</summary>
    public static PemAppKeySource FromFiles(params IEnumerable<string> paths) => new([.. paths], null);

    /// <summary>Keys from a text, such as an environment variable's value.</summary>
    /// <param name="pem">One or more PEM blocks.</param>
    /// <param name="source">What to call it in messages, such as <c>the variable GITHUB_APP_KEY</c>.</param>
    public static PemAppKeySource FromText(string pem, string source) => new([], AppKey.Parse(pem, source));

    /// <inheritdoc/>
    public ValueTask<AppKeySet> GetAsync(CancellationToken cancellationToken)
    {
        if (_fixed is not null)
        {
            return ValueTask.FromResult(_fixed);
        }

        lock (_lock)
        {
            var sets = _paths.Select(Read).ToList();
            var problems = sets.Where(static set => set.Problem is not null).Select(static set => set.Problem);
            var problem = string.Join(' ', problems);
            return ValueTask.FromResult(new AppKeySet([.. sets.SelectMany(static set => set.Keys)], problem.Length == 0 ? null : problem));
        }
    }

    private AppKeySet Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
            {
                _read.Remove(path);
                return new AppKeySet([], $"There is no file {path} with the App's private key.");
            }

            var (written, length) = (file.LastWriteTimeUtc, file.Length);
            if (!_read.TryGetValue(path, out var known) || known.Written != written || known.Length != length)
            {
                known = (written, length, AppKey.Parse(File.ReadAllText(path), path));
                _read[path] = known;
            }

            return known.Keys;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new AppKeySet([], $"The App's private key file {path} cannot be read: {e.Message}");
        }
    }
}
