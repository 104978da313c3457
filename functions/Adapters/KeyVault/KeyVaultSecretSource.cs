using System.Collections.Concurrent;
using CursorBroker.Core.Operations;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>The host's own secrets by their name in the vault. The App's private key is none of them: no policy may refer to it.</summary>
internal sealed class KeyVaultSecretSource(Func<string, CachedSecret> open, string appKeySecret, Uri vault, TimeProvider time) : ISecretSource
{
    // Names come from the policy, which is bounded; this only keeps a mistake from growing without end.
    private const int MaxNames = 1000;

    private readonly ConcurrentDictionary<string, CachedSecret> _secrets = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public async ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (!SecretName.TryParse(name, out _))
        {
            throw new SecretUnavailableException($"'{name}' cannot be the name of a Key Vault secret: 1 to 127 of 0-9, a-z, A-Z and hyphen.");
        }

        if (string.Equals(name, appKeySecret, StringComparison.OrdinalIgnoreCase))
        {
            throw new SecretUnavailableException($"The secret '{name}' is the GitHub App's private key, which nothing may refer to by name.");
        }

        if (_secrets.Count >= MaxNames && !_secrets.ContainsKey(name))
        {
            throw new SecretUnavailableException($"More than {MaxNames} secrets were asked for by name.");
        }

        var known = await _secrets.GetOrAdd(name, open).GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        if (known.Versions.FirstOrDefault(version => version.MayBeUsed(now)) is { } version)
        {
            return version.Value;
        }

        return known.Problem is { Kind: VaultProblemKind.Unavailable } problem
            ? throw new SecretUnavailableException(problem.Text)
            : known.Versions.Length == 0 ? null : throw new SecretUnavailableException($"Every known version of the secret '{name}' of {vault} has expired.");
    }
}
