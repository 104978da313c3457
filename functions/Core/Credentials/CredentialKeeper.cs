using CursorBroker.Core.Masking;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Everything about credentials put together, for a host to run: the vault that hands them out, and the background work that sees
/// to their end. A host starts <see cref="RunAsync"/> once, and calls <see cref="StopAsync"/> when no request runs any more.
/// </summary>
public sealed class CredentialKeeper : IDisposable
{
    private readonly InstanceHeartbeat _heartbeat;
    private readonly CredentialRegister _register;
    private readonly RevocationQueue _revocations;
    private readonly CredentialSweeper _sweeper;
    private readonly CredentialVault _vault;
    private readonly TokenHandOut _handOut;
    private readonly ICredentialObserver _observer;
    private readonly TimeProvider _time;

    /// <summary>Puts it together.</summary>
    /// <param name="mint">Where credentials come from.</param>
    /// <param name="state">Where outstanding ones are recorded.</param>
    /// <param name="sealer">What those records are sealed with; every instance must be able to open another's.</param>
    /// <param name="observer">Who is told of revocations.</param>
    /// <param name="time">The clock.</param>
    /// <param name="known">What is masked by value: every token, this instance's at once and the others' with the sweep.</param>
    public CredentialKeeper(ICredentialMint mint, IStateStore state, ISecretSealer sealer, ICredentialObserver observer, TimeProvider time, KnownSecrets known)
    {
        _observer = observer;
        _time = time;
        _heartbeat = new InstanceHeartbeat(state, observer, time);
        _register = new CredentialRegister(state, sealer, _heartbeat, known);
        _revocations = new RevocationQueue(mint, _register, observer, time);
        _sweeper = new CredentialSweeper(state, _register, _heartbeat, mint, observer, time);
        _vault = new CredentialVault(mint, _register, _revocations, time);
        _handOut = new TokenHandOut(mint, _register, _revocations, time);
    }

    /// <summary>Hands out credentials.</summary>
    public ICredentialVault Vault => _vault;

    /// <summary>Mints those that leave the broker.</summary>
    public ITokenHandOut HandOut => _handOut;

    /// <summary>This instance's id, new with every start: 32 hex digits.</summary>
    public string InstanceId => _heartbeat.Id;

    /// <summary>How many tokens this instance has minted and not yet seen dead, without those that left the broker.</summary>
    public int Outstanding => _register.Outstanding.Count;

    /// <summary>
    /// Revokes, beats and sweeps until cancelled; ends with <see cref="OperationCanceledException"/> then. Any other exception is a bug
    /// or broken infrastructure: all of the work stops, and the host should too.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] work = [_revocations.RunAsync(stop.Token), _heartbeat.RunAsync(stop.Token), _sweeper.RunAsync(stop.Token)];
        await Task.WhenAny(work);
        await stop.CancelAsync();
        await Task.WhenAll(work);
    }

    /// <summary>
    /// Hands out no credential any more and revokes all outstanding ones, those still leased included, but not those that left the broker: their time was promised, and
    /// whichever instance sweeps when it is over revokes them. What cannot be revoked in time stays
    /// recorded, and another instance or the next start revokes it.
    /// </summary>
    /// <param name="limit">Longest time to take; above zero.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    /// <returns>How many tokens could not be confirmed dead.</returns>
    public async Task<int> StopAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        _handOut.Close();
        await _vault.CloseAsync(ends.Token);
        var left = await _revocations.DrainAsync(() => _register.Outstanding, RevocationReason.Shutdown, ends.Token);
        try
        {
            await _heartbeat.EndAsync(ends.Token);
        }
        catch (Exception e) when (e is StateUnavailableException or OperationCanceledException)
        {
            _observer.Troubled("this instance could not take back its heartbeat, which lapses by itself", e);
        }

        return left;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _vault.Dispose();
        _handOut.Dispose();
        _heartbeat.Dispose();
    }
}
