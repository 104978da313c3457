namespace CursorBroker.Adapters.GitHub;

/// <summary>Calls to GitHub as the App itself. While keys are being rotated it finds the one that GitHub accepts.</summary>
internal sealed class AppConnection(GitHubConnection github, IAppKeySource keys, AppJwts jwts)
{
    // The key that was accepted last. A hint only: reading an older one costs a call.
    private volatile string? _accepted;

    public Task<GitHubAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        CallAsync(jwt => github.GetAsync(path, jwt, cancellationToken), cancellationToken);

    /// <summary>POST. Once sent it is not cancelled: the answer may hold a token that must not be lost.</summary>
    public Task<GitHubAnswer> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        CallAsync(jwt => github.PostAsync(path, body, jwt, CancellationToken.None), cancellationToken);

    private async Task<GitHubAnswer> CallAsync(Func<string, Task<GitHubAnswer>> call, CancellationToken cancellationToken)
    {
        var set = await keys.GetAsync(cancellationToken);
        var answer = GitHubAnswer.None(set.Problem ?? "There is no private key of the App.");
        foreach (var key in set.Keys.OrderByDescending(key => key.Id == _accepted))
        {
            cancellationToken.ThrowIfCancellationRequested();
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
