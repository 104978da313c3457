using System.Collections.Concurrent;
using System.Collections.Frozen;
using CursorBroker.Sandbox.GitHub.Control;
using CursorBroker.Sandbox.Hosting;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>Every token minted since the start, by SHA-256: mints, finds and revokes.</summary>
internal sealed class InstallationTokens(GitHubApp app, TokenLog log, TimeProvider time)
{
    /// <summary>An installation token lives one hour, whatever is asked.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, InstallationToken> _tokens = new(StringComparer.Ordinal);
    private readonly InstallationTokenText _text = new(app.Id);

    /// <summary>Mints a token for what was decided. <c>metadata:read</c> comes with every one.</summary>
    public (string Secret, InstallationToken Token) Mint(Installation installation, MintScope scope)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var secret = _text.Create(installation.Id, now);
        var permissions = new Dictionary<string, string>(scope.Permissions, StringComparer.Ordinal);
        permissions.TryAdd("metadata", "read");
        var token = new InstallationToken
        {
            Sha256 = Sha256Text.Of(secret),
            InstallationId = installation.Id,
            Account = installation.Account,
            Repositories = scope.Repositories?.Select(static repository => repository.Id).ToFrozenSet(),
            Permissions = permissions.ToFrozenDictionary(StringComparer.Ordinal),
            IssuedAt = now,
            ExpiresAt = now + Lifetime,
        };
        _tokens[token.Sha256] = token;
        log.Add(new MintedToken(token, scope));
        return (secret, token);
    }

    /// <summary>The live token behind a secret; null when it is unknown, expired or revoked, which GitHub does not tell apart.</summary>
    public InstallationToken? Find(string secret) =>
        _tokens.TryGetValue(Sha256Text.Of(secret), out var token) && token.RevokedAt is null && token.ExpiresAt > time.GetUtcNow()
            ? token
            : null;

    public void Revoke(InstallationToken token) => token.Revoke(time.GetUtcNow());
}
