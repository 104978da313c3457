using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>A short-lived secret minted from a Grant. It never leaves the process and never prints.</summary>
public sealed class Credential
{
    private readonly string _token;

    /// <summary>Wraps what was minted.</summary>
    public Credential(string token, RepositoryIdentity repository, PermissionSet permissions, DateTimeOffset expires)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        _token = token;
        Repository = repository;
        Permissions = permissions;
        Expires = expires;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    /// <summary>The one repository it opens, as the minting side named it.</summary>
    public RepositoryIdentity Repository { get; }

    /// <summary>What it may do there, as the minting side said.</summary>
    public PermissionSet Permissions { get; }

    /// <summary>When it ends by itself (for GitHub always one hour after minting).</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>SHA-256 of the token, lower-case hex: how the audit names it.</summary>
    public string Sha256 { get; }

    /// <summary>The secret. Only the one who writes the upstream request or revokes it may call this.</summary>
    public string Reveal() => _token;

    /// <summary>Names it without showing it.</summary>
    public override string ToString() => $"[credential {Sha256[..12]} for {Repository.Name}: {Permissions}]";
}
