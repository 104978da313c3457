using CursorBroker.Core.Credentials;
using CursorBroker.Core.Masking;
using CursorBroker.Core.Operations;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Mints and revokes GitHub App installation tokens, each for named repositories and permissions.</summary>
public sealed class GitHubAppMint : ICredentialMint
{
    private const string Step = "minting a token";
    private const int RememberedIds = 4096;
    private const int RevocationAttempts = 3;

    // An id never changes; a name may come to mean another repository, and then GitHub's answer shows it.
    private static readonly TimeSpan IdKept = TimeSpan.FromHours(24);

    private readonly GitHubConnection _github;
    private readonly AppConnection _app;
    private readonly InstallationDirectory _installations;
    private readonly RateLimitGate _gate;
    private readonly BoundedCache<RepositoryName, long> _ids;
    private readonly TimeProvider _time;

    /// <summary>Makes a mint.</summary>
    /// <param name="options">Which GitHub and which App.</param>
    /// <param name="keys">The App's private keys.</param>
    /// <param name="http">What sends the requests. It must not follow redirects nor keep cookies; <see cref="GitHubHttp.CreateInvoker"/> makes such a one. Not disposed here.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">Where the App's own tokens become known, to be masked; nowhere when null.</param>
    /// <exception cref="ArgumentException">The options are not usable; the message says how to mend them.</exception>
    public GitHubAppMint(GitHubOptions options, IAppKeySource keys, HttpMessageInvoker http, TimeProvider time, KnownSecrets? known = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        _time = time;
        _github = new GitHubConnection(options, http, time);
        _app = new AppConnection(_github, keys, new AppJwts(options.AppId, time, known));
        _gate = new RateLimitGate(time);
        _installations = new InstallationDirectory(_app, _gate, time);
        _ids = new BoundedCache<RepositoryName, long>(RememberedIds, time);
    }

    /// <inheritdoc/>
    /// <remarks>Cancellation counts until the mint itself is sent; from then on the time limit of the options does.</remarks>
    public async ValueTask<MintOutcome> MintAsync(RepositorySet repositories, PermissionSet permissions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        ArgumentNullException.ThrowIfNull(permissions);
        if (permissions.IsEmpty)
        {
            throw new ArgumentException("A token without permissions would be one with all of them.", nameof(permissions));
        }

        var first = await TryMintAsync(repositories, permissions, cancellationToken);
        return first.WorthRepeating ? (await TryMintAsync(repositories, permissions, cancellationToken)).Outcome : first.Outcome;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RevokeAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        var answer = await _github.DeleteAsync("installation/token", token, cancellationToken);

        // 401: GitHub does not know the token any more, which is what was wanted.
        return answer.Status is 204 or 401;
    }

    private async ValueTask<Attempt> TryMintAsync(RepositorySet repositories, PermissionSet permissions, CancellationToken cancellationToken)
    {
        // An App is installed once for an owner, so one of the repositories shows the way to all.
        var installation = await _installations.FindAsync(repositories.Items[0], cancellationToken);
        if ((installation.Failure ?? _gate.Check(installation.Id)) is { } failure)
        {
            return new Attempt(failure, false);
        }

        var ids = IdsOf(repositories);
        var body = ids is null ? MintBody.ByName(repositories, permissions) : MintBody.ById(ids, permissions);
        var answer = await _app.PostAsync($"app/installations/{installation.Id}/access_tokens", body, GitHubExchange.RoomFor(repositories.Items.Length), cancellationToken);
        if (MintAnswer.TokenOf(answer.Json) is { } token && answer.IsSuccess)
        {
            return new Attempt(await SettleAsync(answer, token, repositories, ids, permissions), false);
        }

        // The installation may have been made anew since it was looked up, or the repository since its id was learnt: both once more, from the start.
        var stale = answer.Status == 404 || (answer.Status == 422 && ids is not null);
        Forget(repositories, stale);
        var failed = UpstreamRefusal.Of(answer, Step, _time.GetUtcNow());
        var unseen = answer.IsSuccess ? ". If it held a token, that could not be read, and ends by itself within the hour" : "";
        return new Attempt(_gate.Note(installation.Id, failed with { Detail = failed.Detail + unseen }), stale);
    }

    private async ValueTask<MintOutcome> SettleAsync(GitHubAnswer answer, string token, RepositorySet repositories, IReadOnlyList<long>? ids, PermissionSet permissions)
    {
        var outcome = MintAnswer.Judge(answer.Json, token, repositories, ids, permissions, _time.GetUtcNow());
        if (outcome is MintOutcome.Minted { Credential: var credential })
        {
            foreach (var name in repositories.Items)
            {
                _ids.Set(name, credential.Find(name)!.Id, IdKept);
            }

            return outcome;
        }

        Forget(repositories, stale: true);
        var failed = (MintOutcome.Failed)outcome;
        var revoked = await RevokeUnwantedAsync(token);
        var fate = revoked ? "it was revoked" : "it could not be revoked and ends by itself within the hour";
        return failed with { Detail = $"{Step}: {failed.Detail}; {fate}{answer.RequestId}" };
    }

    // Right away and without waits in between: whoever asked is waiting, and there is no record of this token to come back to.
    private async ValueTask<bool> RevokeUnwantedAsync(string token)
    {
        for (var attempt = 0; attempt < RevocationAttempts; attempt++)
        {
            if (await RevokeAsync(token, CancellationToken.None))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The ids in the order of the names, when all of them are known; else null.</summary>
    private List<long>? IdsOf(RepositorySet repositories)
    {
        var ids = new List<long>();
        foreach (var name in repositories.Items)
        {
            if (!_ids.TryGet(name, out var id))
            {
                return null;
            }

            ids.Add(id);
        }

        return ids;
    }

    private void Forget(RepositorySet repositories, bool stale)
    {
        foreach (var repository in stale ? repositories.Items : [])
        {
            _ids.Remove(repository);
            _installations.Forget(repository);
        }
    }

    private readonly record struct Attempt(MintOutcome Outcome, bool WorthRepeating);
}
