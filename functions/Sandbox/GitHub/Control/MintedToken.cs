using System.Collections.Immutable;
using CursorBroker.Sandbox.GitHub.App;

namespace CursorBroker.Sandbox.GitHub.Control;

/// <summary>One line of the token log: a mint, without its secret.</summary>
public sealed class MintedToken
{
    private readonly InstallationToken _token;

    internal MintedToken(InstallationToken token, MintScope scope)
    {
        _token = token;
        RepositoriesAsked = scope.Repositories is not null;
        PermissionsAsked = scope.PermissionsAsked;
        Repositories = scope.Repositories is null ? [] : [.. scope.Repositories.Select(static repository => repository.FullName)];
    }

    /// <summary>SHA-256 of the token, lower-case hex.</summary>
    public string Sha256 => _token.Sha256;

    /// <summary>The installation it was minted for.</summary>
    public long InstallationId => _token.InstallationId;

    /// <summary>The repositories it opens, as <c>owner/name</c> at the time of minting; empty when none was asked for, which means every one.</summary>
    public ImmutableArray<string> Repositories { get; }

    /// <summary>Its permissions, with the <c>metadata:read</c> that every token has.</summary>
    public IReadOnlyDictionary<string, string> Permissions => _token.Permissions;

    /// <summary>False when the mint named no repository, and the token therefore opens every one of the account.</summary>
    public bool RepositoriesAsked { get; }

    /// <summary>False when the mint named no permission, and the token therefore holds all that the App has.</summary>
    public bool PermissionsAsked { get; }

    /// <summary>When it was minted, in whole seconds.</summary>
    public DateTimeOffset At => _token.IssuedAt;

    /// <summary>When it ends by itself.</summary>
    public DateTimeOffset Expires => _token.ExpiresAt;

    /// <summary>When it was revoked; null when it was not.</summary>
    public DateTimeOffset? RevokedAt => _token.RevokedAt;
}
