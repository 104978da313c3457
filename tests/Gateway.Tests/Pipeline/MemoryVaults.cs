using System.Collections.Immutable;
using System.Globalization;
using CursorBroker.Core.Operations;
using CursorBroker.Core.Vaults;

namespace CursorBroker.Gateway.Tests.Pipeline;

/// <summary>Vaults in memory that can be told to fail, and remember what they were asked.</summary>
internal sealed class MemoryVaults : ISecretVaults
{
    private readonly Dictionary<VaultName, MemoryVault> _vaults = [];

    /// <summary>The vault, made when it is first named.</summary>
    public MemoryVault this[string name] => _vaults.TryGetValue(VaultName.Parse(name), out var vault) ? vault : _vaults[VaultName.Parse(name)] = new MemoryVault(VaultName.Parse(name));

    /// <summary>Names that were looked for.</summary>
    public List<string> Sought { get; } = [];

    public ISecretVault? Find(VaultName name)
    {
        Sought.Add(name.Value);
        return _vaults.GetValueOrDefault(name);
    }
}

internal sealed class MemoryVault(VaultName name) : ISecretVault
{
    private readonly Dictionary<SecretName, List<SecretValue>> _secrets = [];
    private readonly Dictionary<SecretName, List<SecretValue>> _deleted = [];
    private int _made;

    public VaultName Name => name;

    public Uri Address { get; } = new($"https://{name}.vault.azure.net/");

    /// <summary>What it was asked, in order: the operation and the secret.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What the last change that it was asked for could be ended by.</summary>
    public CancellationToken ChangeEnds { get; private set; }

    /// <summary>What it answers instead, by what it is asked; null for the truth.</summary>
    public Func<string, VaultFault?> Instead { get; set; } = static _ => null;

    /// <summary>Called before it answers.</summary>
    public Action<string> OnAsked { get; set; } = static _ => { };

    public int PageSize { get; set; } = 25;

    public string Add(string secret, string value, Func<SecretFacts, SecretFacts>? facts = null)
    {
        var key = SecretName.Parse(secret);
        var version = SecretVersionId.Parse((++_made).ToString("x32", CultureInfo.InvariantCulture));
        var made = new SecretFacts(key, version) { Created = DateTimeOffset.UnixEpoch.AddYears(50).AddSeconds(_made), Updated = DateTimeOffset.UnixEpoch.AddYears(50), RecoveryLevel = "Recoverable+Purgeable", RecoverableDays = 90 };
        (_secrets.TryGetValue(key, out var versions) ? versions : _secrets[key] = []).Add(new(facts?.Invoke(made) ?? made, value));
        return version.Value;
    }

    public string Current(string secret) => _secrets[SecretName.Parse(secret)][^1].Value;

    public ValueTask<VaultOutcome<SecretPage>> ListAsync(string? page, CancellationToken cancellationToken) =>
        Answer<SecretPage>("list", () => Page([.. _secrets.OrderBy(static pair => pair.Key.Value, StringComparer.Ordinal).Select(static pair => pair.Value[^1].Facts with { Version = null })], page));

    public ValueTask<VaultOutcome<SecretPage>> ListVersionsAsync(SecretName secret, string? page, CancellationToken cancellationToken) =>
        Answer<SecretPage>($"versions {secret}", () => Page([.. (_secrets.GetValueOrDefault(secret) ?? []).Select(static each => each.Facts)], page));

    public ValueTask<VaultOutcome<SecretPage>> ListDeletedAsync(string? page, CancellationToken cancellationToken) =>
        Answer<SecretPage>("list-deleted", () => Page([.. _deleted.Select(static pair => pair.Value[^1].Facts)], page));

    public ValueTask<VaultOutcome<SecretValue>> GetAsync(SecretName secret, SecretVersionId? version, CancellationToken cancellationToken) =>
        Answer<SecretValue>($"get {secret}{(version is null ? "" : $" {version}")}", () =>
            (_secrets.GetValueOrDefault(secret) ?? []).LastOrDefault(each => version is null || each.Facts.Version == version) is not { } found ? NotFound
            : !found.Facts.IsEnabled ? new VaultFault(VaultFaultKind.Disabled, "SecretDisabled", "disabled")
            : found);

    public ValueTask<VaultOutcome<SecretFacts>> SetAsync(SecretName secret, string value, SecretChange change, CancellationToken cancellationToken) => Answer<SecretFacts>($"set {secret}", () =>
    {
        ChangeEnds = cancellationToken;
        Add(secret.Value, value, facts => With(facts, change));
        return _secrets[secret][^1].Facts;
    });

    public ValueTask<VaultOutcome<SecretFacts>> UpdateAsync(SecretName secret, SecretVersionId version, SecretChange change, CancellationToken cancellationToken) => Answer<SecretFacts>($"update {secret} {version}", () =>
    {
        var at = (_secrets.GetValueOrDefault(secret) ?? []).FindIndex(each => each.Facts.Version == version);
        if (at < 0)
        {
            return NotFound;
        }

        _secrets[secret][at] = _secrets[secret][at] with { Facts = With(_secrets[secret][at].Facts, change) };
        return _secrets[secret][at].Facts;
    });

    public ValueTask<VaultOutcome<SecretFacts>> DeleteAsync(SecretName secret, CancellationToken cancellationToken) => Answer<SecretFacts>($"delete {secret}", () =>
    {
        if (!_secrets.Remove(secret, out var versions))
        {
            return NotFound;
        }

        versions[^1] = versions[^1] with { Facts = versions[^1].Facts with { Deleted = DateTimeOffset.UnixEpoch.AddYears(51), Purged = DateTimeOffset.UnixEpoch.AddYears(52) } };
        _deleted[secret] = versions;
        return versions[^1].Facts;
    });

    public ValueTask<VaultOutcome<SecretFacts>> GetDeletedAsync(SecretName secret, CancellationToken cancellationToken) =>
        Answer<SecretFacts>($"get-deleted {secret}", () => _deleted.TryGetValue(secret, out var versions) ? versions[^1].Facts : NotFound);

    public ValueTask<VaultOutcome<SecretFacts>> RecoverAsync(SecretName secret, CancellationToken cancellationToken) => Answer<SecretFacts>($"recover {secret}", () =>
    {
        if (!_deleted.Remove(secret, out var versions))
        {
            return NotFound;
        }

        versions[^1] = versions[^1] with { Facts = versions[^1].Facts with { Deleted = null, Purged = null } };
        _secrets[secret] = versions;
        return versions[^1].Facts;
    });

    private static VaultFault NotFound => new(VaultFaultKind.NotFound, "SecretNotFound", "not there");

    private static SecretFacts With(SecretFacts facts, SecretChange change) => facts with
    {
        IsEnabled = change.IsEnabled ?? facts.IsEnabled,
        NotBefore = change.NotBefore ?? facts.NotBefore,
        Expires = change.Expires ?? facts.Expires,
        ContentType = change.ContentType ?? facts.ContentType,
        Tags = change.Tags ?? facts.Tags,
    };

    private SecretPage Page(ImmutableArray<SecretFacts> all, string? page)
    {
        var from = page is null ? 0 : int.Parse(page.Split(' ')[0], CultureInfo.InvariantCulture);
        var end = Math.Min(all.Length, from + PageSize);
        return new(all[from..end], end == all.Length ? null : string.Create(CultureInfo.InvariantCulture, $"{end} next is {all[end].Name}"));
    }

    private ValueTask<VaultOutcome<T>> Answer<T>(string asked, Func<VaultOutcome<T>> truth)
        where T : class
    {
        Asked.Add(asked);
        OnAsked(asked);
        return ValueTask.FromResult(Instead(asked) is { } fault ? fault : truth());
    }
}
