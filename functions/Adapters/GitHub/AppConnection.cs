namespace CursorBroker.Adapters.GitHub;

/// <summary>Calls to GitHub as the App itself. While keys are being rotated it finds the one that GitHub accepts.</summary>
internal sealed class AppConnection(GitHubConnection github, IAppKeySource keys, AppJwts jwts)
{
    // The key that was accepted last. A hint only: reading an older one costs a call.
    private volatile string? _accepted;

    public Task<GitHubAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(jwt => github.GetAsync(path, jwt, cancellationToken), cancellationToken);

    /// <summary>GET of one page of a list.</summary>
    public Task<GitHubAnswer> GetPageAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(jwt => github.GetPageAsync(path, jwt, cancellationToken), cancellationToken);

    /// <summary>POST. Once sent it is not cancelled: the answer may hold a token that must not be lost.</summary>
    public Task<GitHubAnswer> PostAsync(string path, object body, int maxAnswerBytes, CancellationToken cancellationToken) =>
        CallAsync(jwt => github.PostAsync(path, body, jwt, maxAnswerBytes, CancellationToken.None), cancellationToken);

    private async Task<GitHubAnswer> CallAsync(Func<string, Task<GitHubAnswer>> call, CancellationToken cancellationToken)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        var answer = await TryAsync(await keys.GetAsync(cancellationToken), tried, call, cancellationToken);

        // The source may remember keys that were rotated away meanwhile.
        return tried.Count > 0 && answer.Status == 401 && await keys.RefreshAsync(cancellationToken) is var now && now.Keys.Any(key => !tried.Contains(key.Id))
            ? await TryAsync(now, tried, call, cancellationToken)
            : answer;
    }

    private async Task<GitHubAnswer> TryAsync(AppKeySet set, HashSet<string> tried, Func<string, Task<GitHubAnswer>> call, CancellationToken cancellationToken)
    {
        var answer = GitHubAnswer.None(set.Problem ?? "There is no private key of the App.");
        foreach (var key in set.Keys.Where(key => !tried.Contains(key.Id)).OrderByDescending(key => key.Id == _accepted))
        {
            cancellationToken.ThrowIfCancellationRequested();
            tried.Add(key.Id);
            answer = await call(jwts.For(key));
            if (answer.Status != 401)
            {
                _accepted = answer.Status == 0 ? _accepted : key.Id;
                return answer;
            }
        }

        return answer;
    }
}
