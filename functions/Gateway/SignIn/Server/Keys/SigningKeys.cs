using System.Security.Cryptography;
using CursorBroker.Core.State;
using CursorBroker.Gateway.SignIn.Server.Stores;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Gateway.SignIn.Server.Keys;

/// <summary>
/// The keys that the broker's own tokens are signed with (ES256). They rest in State, sealed by the host's sealer: whatever that is protected by (a key vault's secret in
/// Azure, the data directory's permissions on one machine) protects them too. Every instance reads the same ring; whichever finds a new key due makes it, once.
/// </summary>
internal sealed class SigningKeys(IStateStore state, ISecretSealer sealer, TimeProvider time)
{
    private const string RingId = "ring";

    // How long an instance may not know of a key: far less than a key is published before it signs.
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(5);

    // How often strangers with made-up key ids can make an instance look again.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly SealedRecords<SigningKeyRing> _rings = new(state, sealer, "oauth-keys");
    private Seen? _seen;

    /// <summary>What to sign with now.</summary>
    /// <exception cref="StateUnavailableException">The keys cannot be read.</exception>
    public async ValueTask<SigningCredentials> SigningAsync(CancellationToken cancellationToken)
    {
        var seen = await RingAsync(Freshness, cancellationToken);
        return new SigningCredentials(seen.Keys[seen.Ring.Signing(time.GetUtcNow()).Id], SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>The key of an id; null when there is none.</summary>
    /// <exception cref="StateUnavailableException">The keys cannot be read.</exception>
    public async ValueTask<SecurityKey?> FindAsync(string id, CancellationToken cancellationToken) =>
        Good(await RingAsync(Freshness, cancellationToken), id) ?? Good(await RingAsync(LookAgain, cancellationToken), id);

    /// <summary>The public halves, newest first.</summary>
    /// <exception cref="StateUnavailableException">The keys cannot be read.</exception>
    public async ValueTask<IReadOnlyList<(string Id, ECParameters Key)>> PublicAsync(CancellationToken cancellationToken)
    {
        var seen = await RingAsync(Freshness, cancellationToken);
        return [.. seen.Ring.Good(time.GetUtcNow()).OrderByDescending(static key => key.Made).Select(key => (key.Id, seen.Keys[key.Id].ECDsa.ExportParameters(includePrivateParameters: false)))];
    }

    private ECDsaSecurityKey? Good(Seen seen, string id) => seen.Ring.Good(time.GetUtcNow()).Any(key => key.Id == id) ? seen.Keys[id] : null;

    private static ECDsaSecurityKey Open(KeptKey key)
    {
        var opened = ECDsa.Create();
        opened.ImportPkcs8PrivateKey(Convert.FromBase64String(key.Private), out _);
        return new(opened) { KeyId = key.Id };
    }

    private async ValueTask<Seen> RingAsync(TimeSpan youngerThan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_seen is { } seen && now - seen.At < youngerThan && !seen.Ring.IsStale(now))
        {
            return seen;
        }

        var ring = await ReadAsync(now, cancellationToken);
        return _seen = new(ring, ring.Keys.ToDictionary(static key => key.Id, Open, StringComparer.Ordinal), now);
    }

    private async ValueTask<SigningKeyRing> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Who loses against another instance takes what that one made.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var kept = await _rings.ReadAsync(RingId, cancellationToken);
            if (kept is { Value: var current } && !current.IsStale(now))
            {
                return current;
            }

            var next = (kept?.Value ?? new([])).With(NewKey(now), now);
            var written = kept is null
                ? await _rings.CreateAsync(RingId, next, expires: null, cancellationToken)
                : await _rings.ReplaceAsync(kept, next, expires: null, cancellationToken);
            if (written)
            {
                return next;
            }
        }

        throw new StateUnavailableException("The ring of signing keys in State cannot be opened, or keeps changing.");
    }

    private static KeptKey NewKey(DateTimeOffset now)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(OAuthStores.NewSecret()[..16], now, Convert.ToBase64String(made.ExportPkcs8PrivateKey()));
    }

    private sealed record Seen(SigningKeyRing Ring, Dictionary<string, ECDsaSecurityKey> Keys, DateTimeOffset At);
}
