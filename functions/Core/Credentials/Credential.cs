using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>A short-lived secret minted from a Grant. It never leaves the process and never prints.</summary>
public sealed class Credential
{
    private readonly string _token;

    /// <summary>Wraps what was minted for one repository.</summary>
    public Credential(string token, RepositoryIdentity repository, PermissionSet permissions, DateTimeOffset expires)
        : this(token, [repository], permissions, expires)
    {
    }

    /// <summary>Wraps what was minted.</summary>
    public Credential(string token, ImmutableArray<RepositoryIdentity> repositories, PermissionSet permissions, DateTimeOffset expires)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        ArgumentOutOfRangeException.ThrowIfZero(repositories.Length);
        _token = token;
        (Repository, Others) = (repositories[0], repositories[1..]);
        Permissions = permissions;
        Expires = expires;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    /// <summary>The repository it opens, as the minting side named it; where there are several, the first by name.</summary>
    public RepositoryIdentity Repository { get; }

    /// <summary>The further repositories it opens; empty for nearly every one.</summary>
    public ImmutableArray<RepositoryIdentity> Others { get; }

    /// <summary>What it may do there, as the minting side said.</summary>
    public PermissionSet Permissions { get; }

    /// <summary>When it ends by itself (for GitHub always one hour after minting).</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>SHA-256 of the token, lower-case hex: how the audit names it.</summary>
    public string Sha256 { get; }

    /// <summary>The repository of that name, as the minting side named it; null when it does not open it.</summary>
    public RepositoryIdentity? Find(RepositoryName name) => Others.Prepend(Repository).FirstOrDefault(repository => repository.Name.Equals(name));

    /// <summary>True when it opens exactly these, no more and no fewer.</summary>
    public bool IsFor(RepositorySet repositories)
    {
        ArgumentNullException.ThrowIfNull(repositories);
        return Others.Length + 1 == repositories.Items.Length && repositories.Items.All(name => Find(name) is not null);
    }

    /// <summary>The secret. Only who writes the upstream request, revokes it, or hands it over where the policy says <c>exchange: true</c> may call this.</summary>
    public string Reveal() => _token;

    /// <summary>Names it without showing it.</summary>
    public override string ToString() => $"[credential {Sha256[..12]} for {Repository.Name}{(Others.IsEmpty ? "" : $" and {Others.Length} more")}: {Permissions}]";
}
