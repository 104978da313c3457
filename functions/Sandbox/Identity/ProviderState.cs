using System.Collections.Concurrent;
using System.Collections.Immutable;
using CursorBroker.Sandbox.Hosting;

namespace CursorBroker.Sandbox.Identity;

/// <summary>What the provider's handlers share: the clients, who has too many groups, which codes were redeemed.</summary>
internal sealed class ProviderState(ImmutableArray<SandboxClient> clients, TimeProvider time)
{
    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, bool> _overage = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ImmutableArray<string>> _groups = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _redeemed = new(StringComparer.Ordinal);
    private int _outage;

    public SandboxOutage Outage
    {
        get => (SandboxOutage)Volatile.Read(ref _outage);
        set => Volatile.Write(ref _outage, (int)value);
    }

    public SandboxClient? Client(string? id) => clients.FirstOrDefault(client => client.Id == id);

    public bool HasTooManyGroups(SandboxIdentity identity) => _overage.ContainsKey(identity.Name);

    public void SetTooManyGroups(string identity, bool tooMany)
    {
        if (tooMany)
        {
            _overage[identity] = true;
        }
        else
        {
            _overage.TryRemove(identity, out _);
        }
    }

    /// <summary>The identity as the directory has it now.</summary>
    public SandboxIdentity Now(SandboxIdentity identity) =>
        _groups.TryGetValue(identity.Name, out var groups) ? identity with { Groups = groups } : identity;

    public void SetGroups(string identity, ImmutableArray<string> groups) => _groups[identity] = groups;

    /// <summary>Marks a code as redeemed. False when it was already.</summary>
    public bool Redeem(string code)
    {
        var now = time.GetUtcNow();
        foreach (var (old, until) in _redeemed)
        {
            if (until < now)
            {
                _redeemed.TryRemove(old, out _);
            }
        }

        return _redeemed.TryAdd(Sha256Text.Of(code), now + CodeLifetime);
    }
}

/// <summary>How the provider fails while it is down.</summary>
public enum SandboxOutage
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>503 to everything.</summary>
    Unavailable,

    /// <summary>Connections are cut without an answer.</summary>
    Cut,
}
