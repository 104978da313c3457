using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Credentials;

/// <summary>What a shared credential is shared by. Neither case nor order of the repositories counts.</summary>
internal readonly record struct CredentialKey(RepositorySet Repositories, PermissionSet Permissions);

/// <summary>One credential, being minted or minted, and who holds it. Changed only under the vault's lock.</summary>
internal sealed class CredentialEntry(CredentialKey key, bool shared, TimeSpan lifetime)
{
    // A request that starts with a token this close to its natural end might outlast it.
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource<MintOutcome> _landing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan _lifetime = lifetime;

    public CredentialKey Key => key;

    public bool IsShared => shared;

    /// <summary>Completes when it is known whether there is a credential.</summary>
    public TaskCompletionSource<MintOutcome> Landing => _landing;

    /// <summary>Requests that use it or wait for it.</summary>
    public int Holders { get; set; }

    /// <summary>True once no further request may have it. What writes is never for a second one.</summary>
    public bool IsRetired { get; set; } = !shared;

    /// <summary>True once its revocation has been asked for.</summary>
    public bool IsEnded { get; set; }

    /// <summary>The credential; null until minted.</summary>
    public Credential? Credential { get; private set; }

    /// <summary>Retires it when its time has come.</summary>
    public ITimer? Retirement { get; set; }

    private DateTimeOffset MintedAt { get; set; }

    /// <summary>When it retires: the shortest lifetime any of its requests asked for, and well before its natural end.</summary>
    public DateTimeOffset RetiresAt
    {
        get
        {
            var byLifetime = MintedAt + _lifetime;
            var byExpiry = Credential!.Expires - ExpiryMargin;
            return byLifetime < byExpiry ? byLifetime : byExpiry;
        }
    }

    public void Landed(Credential credential, DateTimeOffset now)
    {
        Credential = credential;
        MintedAt = now;
    }

    /// <summary>True when a request that wants it for so long may have it: it is being minted, or is younger than that.</summary>
    public bool IsUsable(TimeSpan wanted, DateTimeOffset now) =>
        !IsRetired && (Credential is null || (now < RetiresAt && now - MintedAt < wanted));

    /// <summary>Shortens its life to that of its most demanding request. True when that changed anything.</summary>
    public bool Shorten(TimeSpan wanted)
    {
        if (wanted >= _lifetime)
        {
            return false;
        }

        _lifetime = wanted;
        return true;
    }
}
