using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Every repository of the App, read when it is asked for and kept in memory for a minute. Whoever asks meanwhile waits for the same reading.</summary>
public sealed class GitHubRepositoryCatalog : IRepositoryCatalog
{
    /// <summary>How old it may be, counted from when reading it began.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>How long a failure is passed on without trying again.</summary>
    public static readonly TimeSpan KeptFailure = TimeSpan.FromSeconds(3);

    private readonly CatalogReader _reader;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private Task<CatalogOutcome>? _reading;
    private CatalogOutcome? _last;
    private DateTimeOffset _until;

    /// <summary>Makes a catalog.</summary>
    /// <param name="options">Which GitHub and which App.</param>
    /// <param name="keys">The App's private keys.</param>
    /// <param name="http">What sends the requests, as for <see cref="GitHubAppMint"/>. Not disposed here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">Where the App's own tokens become known, to be masked; nowhere when null.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message says how to mend them.</exception>
    public GitHubRepositoryCatalog(GitHubOptions options, IAppKeySource keys, HttpMessageInvoker http, TimeProvider time, KnownSecrets? known = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        _time = time;
        var github = new GitHubConnection(options, http, time);
        _reader = new CatalogReader(new AppConnection(github, keys, new AppJwts(options.AppId, time, known)), github, new RateLimitGate(time), time);
    }

    /// <inheritdoc/>
    /// <remarks>Cancelling ends the waiting, not the reading: others wait for it, and a token under way has to be revoked.</remarks>
    public async ValueTask<CatalogOutcome> ListAsync(CancellationToken cancellationToken)
    {
        Task<CatalogOutcome> reading;
        lock (_lock)
        {
            if (_last is { } known && _time.GetUtcNow() < _until)
            {
                return known;
            }

            reading = _reading ??= Task.Run(ReadAsync, CancellationToken.None);
        }

        return await reading.WaitAsync(cancellationToken);
    }

    private async Task<CatalogOutcome> ReadAsync()
    {
        var began = _time.GetUtcNow();
        CatalogOutcome? outcome = null;
        try
        {
            return outcome = await _reader.ReadAsync();
        }
        finally
        {
            lock (_lock)
            {
                _reading = null;
                _last = outcome;
                _until = outcome is CatalogOutcome.Listed ? began + Kept : _time.GetUtcNow() + KeptFailure;
            }
        }
    }
}
