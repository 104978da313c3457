using System.Collections.Frozen;

namespace CursorBroker.Sandbox.GitHub.App;

/// <summary>A token that was minted. The secret itself is not kept, only its SHA-256.</summary>
internal sealed class InstallationToken
{
    private long _revokedAtTicks;

    public required string Sha256 { get; init; }

    public required long InstallationId { get; init; }

    /// <summary>The account the installation is on; the token opens nothing elsewhere.</summary>
    public required string Account { get; init; }

    /// <summary>Repository ids it opens; null for every repository of the account.</summary>
    public required FrozenSet<long>? Repositories { get; init; }

    public required FrozenDictionary<string, string> Permissions { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt
    {
        get
        {
            var ticks = Volatile.Read(ref _revokedAtTicks);
            return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    public bool Opens(SandboxRepository repository) => Repositories is null
        ? string.Equals(repository.Owner, Account, StringComparison.OrdinalIgnoreCase)
        : Repositories.Contains(repository.Id);

    public bool Allows(string permission, PermissionLevel level) =>
        Permissions.TryGetValue(permission, out var held) && PermissionLevels.Parse(held) >= level;

    public void Revoke(DateTimeOffset at) => Interlocked.CompareExchange(ref _revokedAtTicks, at.UtcTicks, 0);
}
