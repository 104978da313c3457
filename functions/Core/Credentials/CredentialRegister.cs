using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;

namespace CursorBroker.Core.Credentials;

/// <summary>
/// Every token of this instance that is not yet known to be dead: in memory, and sealed in State so that another instance
/// can revoke it should this one die.
/// </summary>
internal sealed class CredentialRegister(IStateStore state, ISecretSealer sealer, InstanceHeartbeat heartbeat, KnownSecrets known)
{
    /// <summary>The State collection; ids are the tokens' SHA-256.</summary>
    public const string Collection = "credential";

    /// <summary>What the seal is bound to. That a record was not swapped for another shows in the token's hash being its id.</summary>
    public const string Purpose = "cursorbroker.credential";

    // State drops a record on its own only after the sweep had time to see it expired and to say so.
    private static readonly TimeSpan KeptAfterExpiry = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, Credential> _outstanding = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Credential> _handedOut = new(StringComparer.Ordinal);

    /// <summary>Tokens that this instance has not seen dead, without those that left the broker.</summary>
    public ICollection<Credential> Outstanding => _outstanding.Values;

    /// <summary>True while this instance looks after the token itself.</summary>
    public bool Holds(string sha256) => _outstanding.ContainsKey(sha256) || _handedOut.ContainsKey(sha256);

    /// <summary>A recorded token leaves the broker: from now on it outlives this instance, which was promised to whoever has it.</summary>
    public void HandOut(Credential credential)
    {
        // In both for a moment, never in neither.
        _handedOut[credential.Sha256] = credential;
        _outstanding.TryRemove(credential.Sha256, out _);
    }

    /// <summary>
    /// To be awaited before minting: other instances must know this one lives before they see a record of it, and a State that
    /// cannot be written should show before there is a token to lose.
    /// </summary>
    /// <exception cref="StateUnavailableException">State cannot be written.</exception>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => heartbeat.EnsureAsync(cancellationToken);

    /// <summary>Takes a token into care, and records it. In care it stays, even if recording failed.</summary>
    /// <param name="credential">The token.</param>
    /// <param name="revokeAt">When any instance is to revoke it, for one that will leave the broker; else null.</param>
    /// <param name="cancellationToken">Ends it; then it is not certainly recorded.</param>
    /// <exception cref="StateUnavailableException">It is not certainly recorded: it must be revoked and not handed out.</exception>
    public async ValueTask RecordAsync(Credential credential, DateTimeOffset? revokeAt, CancellationToken cancellationToken)
    {
        // Before anybody has it: whatever shows it again, shows a mask.
        known.TryAdd(credential.Reveal(), credential.Expires);

        // First: the sweep revokes records of this instance that nobody here looks after.
        _outstanding[credential.Sha256] = credential;
        var token = Encoding.UTF8.GetBytes(credential.Reveal());
        byte[] value;
        try
        {
            value = new CredentialRecord(heartbeat.Id, credential.Expires, sealer.Seal(Purpose, token)) { RevokeAt = revokeAt }.ToBytes();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }

        var key = KeyOf(credential.Sha256);
        var created = await state.CreateAsync(key, value, credential.Expires + KeptAfterExpiry, cancellationToken);
        if (created is null && (await state.ReadAsync(key, cancellationToken))?.Value.Span.SequenceEqual(value) != true)
        {
            // A store that repeats a write whose answer was lost finds its own record: then it is exactly this value.
            throw new StateUnavailableException("another record is stored under this token's hash");
        }
    }

    /// <summary>Ends the care for a token that is dead, and removes its record.</summary>
    /// <exception cref="StateUnavailableException">The record is still there; the sweep will find it.</exception>
    public async ValueTask ForgetAsync(string sha256, CancellationToken cancellationToken)
    {
        try
        {
            if (await state.ReadAsync(KeyOf(sha256), cancellationToken) is { } record)
            {
                await state.DeleteAsync(record.Key, record.Version, cancellationToken);
            }
        }
        finally
        {
            _outstanding.TryRemove(sha256, out _);
            _handedOut.TryRemove(sha256, out _);
        }
    }

    /// <summary>The token of a record; null when the record was changed, swapped, or sealed by keys that are gone.</summary>
    public string? Unseal(string sha256, CredentialRecord record)
    {
        if (sealer.Unseal(Purpose, record.Sealed) is not { } bytes)
        {
            return null;
        }

        var genuine = string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), sha256, StringComparison.Ordinal);
        var token = genuine ? Encoding.UTF8.GetString(bytes) : null;
        CryptographicOperations.ZeroMemory(bytes);
        return token;
    }

    /// <summary>Has another instance's token masked by value here as well.</summary>
    /// <returns>False when the record cannot be read, and so not be known.</returns>
    public bool Learn(string sha256, CredentialRecord record)
    {
        if (Unseal(sha256, record) is not { } token)
        {
            return false;
        }

        known.TryAdd(token, record.Expires);
        return true;
    }

    private static StateKey KeyOf(string sha256) => new(Collection, sha256);
}
