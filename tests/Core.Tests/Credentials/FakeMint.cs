using System.Collections.Concurrent;
using CursorBroker.Core.Credentials;
using CursorBroker.Core.Operations;

namespace CursorBroker.Core.Tests.Credentials;

/// <summary>A mint that knows its tokens: revoking one it never made is an error of the test's subject.</summary>
internal sealed class FakeMint(TimeProvider time) : ICredentialMint
{
    private readonly ConcurrentDictionary<string, bool> _alive = new(StringComparer.Ordinal);
    private int _mints;
    private int _revocations;

    public int Mints => Volatile.Read(ref _mints);

    public int Revocations => Volatile.Read(ref _revocations);

    /// <summary>Tokens that would still open something.</summary>
    public IReadOnlyList<string> Alive => [.. _alive.Where(pair => pair.Value).Select(pair => pair.Key)];

    /// <summary>Instead of a credential.</summary>
    public Func<RepositorySet, MintOutcome.Failed?> Refuses { get; set; } = static _ => null;

    /// <summary>What minting waits for.</summary>
    public Task Holds { get; set; } = Task.CompletedTask;

    public Func<bool> CanRevoke { get; set; } = static () => true;

    /// <summary>Counted down as minting begins.</summary>
    public SemaphoreSlim Begun { get; } = new(0);

    public async ValueTask<MintOutcome> MintAsync(RepositorySet repositories, PermissionSet permissions, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _mints);
        Begun.Release();
        await Holds.WaitAsync(cancellationToken);
        if (Refuses(repositories) is { } refusal)
        {
            return refusal;
        }

        var token = $"ghs_1_{number}.{Guid.NewGuid():N}";
        _alive[token] = true;
        return new MintOutcome.Minted(new Credential(token, [.. repositories.Items.Select((repository, i) => new RepositoryIdentity(number + (1000 * i), repository))], permissions, time.GetUtcNow().AddHours(1)));
    }

    public ValueTask<bool> RevokeAsync(string token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.IsTrue(_alive.ContainsKey(token), "revoked what was never minted");
        Interlocked.Increment(ref _revocations);
        if (!CanRevoke())
        {
            return ValueTask.FromResult(false);
        }

        _alive[token] = false;
        return ValueTask.FromResult(true);
    }
}
