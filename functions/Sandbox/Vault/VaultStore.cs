using System.Globalization;
using System.Security.Cryptography;

namespace CursorBroker.Sandbox.Vault;

/// <summary>The secrets of one vault. Names do not differ by case; a name that was deleted is taken until it is recovered.</summary>
internal sealed class VaultStore(string name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, VaultSecret> _secrets = new(StringComparer.OrdinalIgnoreCase);

    public string Name => name;

    /// <summary>What ids of its secrets begin with.</summary>
    public string Ids => $"https://{name}.vault.sandbox.invalid/";

    public IReadOnlyList<VaultSecret> All(bool deleted)
    {
        lock (_gate)
        {
            return [.. _secrets.Values.Where(secret => secret.Deleted is not null == deleted).OrderBy(static secret => secret.Name, StringComparer.OrdinalIgnoreCase)];
        }
    }

    public VaultSecret? Find(string secret)
    {
        lock (_gate)
        {
            return _secrets.GetValueOrDefault(secret);
        }
    }

    public SecretVersion Add(string secret, string value, Func<SecretVersion, SecretVersion>? say = null)
    {
        lock (_gate)
        {
            var versions = (_secrets.TryGetValue(secret, out var found) ? found : _secrets[secret] = new VaultSecret(secret)).Versions;
            var now = time.GetUtcNow();
            var made = new SecretVersion(RandomNumberGenerator.GetHexString(32, lowercase: true), value) { Created = now, Updated = now };
            versions.Add(say?.Invoke(made) ?? made);
            return versions[^1];
        }
    }

    public SecretVersion? Change(string secret, string version, Func<SecretVersion, SecretVersion> say)
    {
        lock (_gate)
        {
            var versions = _secrets.GetValueOrDefault(secret)?.Versions ?? [];
            var at = versions.FindIndex(each => string.Equals(each.Id, version, StringComparison.OrdinalIgnoreCase));
            return at < 0 ? null : versions[at] = say(versions[at]) with { Updated = time.GetUtcNow() };
        }
    }

    public VaultSecret? SetDeleted(string secret, bool isDeleted)
    {
        lock (_gate)
        {
            if (_secrets.GetValueOrDefault(secret) is not { } found || found.Deleted is not null == isDeleted)
            {
                return null;
            }

            found.Deleted = isDeleted ? time.GetUtcNow() : null;
            return found;
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{name} ({_secrets.Count} secrets)");
}
