using System.Collections.Immutable;
using CursorBroker.Adapters.GitHub;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>
/// The App's private key from a secret: its newest usable version and the one before, so that both work while the key is rotated. When GitHub accepts none,
/// the vault is asked again at once.
/// </summary>
internal sealed class KeyVaultAppKeySource(CachedSecret secret, string name, Uri vault, TimeProvider time) : IAppKeySource
{
    /// <summary>The current key and, during a rotation, the previous one.</summary>
    public const int Versions = 2;

    private volatile Parsed _parsed = new([], ImmutableDictionary<string, AppKeySet>.Empty);

    /// <inheritdoc/>
    public async ValueTask<AppKeySet> GetAsync(CancellationToken cancellationToken) => KeysOf(await secret.GetAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<AppKeySet> RefreshAsync(CancellationToken cancellationToken) => KeysOf(await secret.RefreshAsync(cancellationToken));

    private AppKeySet KeysOf(KnownSecret known)
    {
        // Parsed once for each version: the same key objects sign for as long as the version is in use.
        var parsed = _parsed;
        if (parsed.Versions != known.Versions)
        {
            parsed = new(known.Versions, known.Versions.ToImmutableDictionary(
                static version => version.Id,
                version => parsed.Keys.GetValueOrDefault(version.Id) ?? AppKey.Parse(version.Value, $"the secret '{name}' (version {version.Id}) of {vault}")));
            _parsed = parsed;
        }

        // A version that ends while the vault is down ends all the same.
        var now = time.GetUtcNow();
        var sets = known.Versions.Where(version => version.MayBeUsed(now)).Select(version => parsed.Keys[version.Id]).ToList();
        var problems = sets.Select(static set => set.Problem).Append(known.Problem?.Text).OfType<string>().ToList();
        if (sets.Count == 0 && problems.Count == 0)
        {
            problems.Add($"Every known version of the secret '{name}' of {vault} has expired.");
        }

        return new([.. sets.SelectMany(static set => set.Keys).DistinctBy(static key => key.Id)], problems.Count == 0 ? null : string.Join(' ', problems));
    }

    private sealed record Parsed(ImmutableArray<SecretVersion> Versions, ImmutableDictionary<string, AppKeySet> Keys);
}
