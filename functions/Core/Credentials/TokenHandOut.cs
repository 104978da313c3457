using System.Collections.Concurrent;
using CursorBroker.Core.Operations;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Credentials that leave the broker. This instance revokes them when their time is over; the sealed record says when, so that any other instance does it should this one
/// be gone by then.
/// </summary>
internal sealed class TokenHandOut(ICredentialMint mint, CredentialRegister register, RevocationQueue revocations, TimeProvider time) : ITokenHandOut, IDisposable
{
    private readonly ConcurrentDictionary<string, ITimer> _ends = new(StringComparer.Ordinal);
    private volatile bool _closed;

    /// <inheritdoc/>
    public async ValueTask<HandOutOutcome> MintAsync(RepositoryName repository, PermissionSet permissions, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(permissions);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, CredentialVault.LongestLifetime);
        if (permissions.IsEmpty)
        {
            throw new ArgumentException("A credential without permissions would be one with all of them.", nameof(permissions));
        }

        if (_closed)
        {
            return Unavailable("the broker is stopping");
        }

        try
        {
            await register.PrepareAsync(cancellationToken);
            var outcome = await mint.MintAsync(repository, permissions, cancellationToken);
            return outcome switch
            {
                MintOutcome.Minted { Credential: var credential } => await RecordAsync(credential, time.GetUtcNow() + lifetime),
                MintOutcome.Failed failed => new HandOutOutcome.Failed(new(failed.Failure, failed.Detail, failed.RetryAfter)),
                _ => throw new InvalidOperationException("A mint either succeeds or fails."),
            };
        }
        catch (StateUnavailableException e)
        {
            return Unavailable($"State could not record the token: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void TakeBack(Credential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        End(credential, RevocationReason.NotDelivered);
    }

    /// <summary>Hands out nothing any more, and leaves what was handed out to whichever instance sweeps when its time is over.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var sha256 in _ends.Keys)
        {
            if (_ends.TryRemove(sha256, out var timer))
            {
                timer.Dispose();
            }
        }
    }

    public void Dispose() => Close();

    private static HandOutOutcome.Failed Unavailable(string detail) => new(new(MintFailure.Unavailable, detail));

    private async ValueTask<HandOutOutcome> RecordAsync(Credential credential, DateTimeOffset end)
    {
        end = end < credential.Expires ? end : credential.Expires;
        try
        {
            await register.RecordAsync(credential, end, CancellationToken.None);
        }
        catch
        {
            // Not only for State being away: whatever broke, nobody else would revoke it.
            await revocations.RevokeNowAsync(credential, RevocationReason.NotRecorded, CancellationToken.None);
            throw;
        }

        register.HandOut(credential);
        var wait = end - time.GetUtcNow();
        _ends[credential.Sha256] = time.CreateTimer(_ => End(credential, RevocationReason.ExchangeOver), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return new HandOutOutcome.Minted(credential, end);
    }

    private void End(Credential credential, string why)
    {
        if (_ends.TryRemove(credential.Sha256, out var timer))
        {
            timer.Dispose();
        }

        revocations.Enqueue(credential, why);
    }
}
