using CursorBroker.Core.Masking;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CursorBroker.Adapters.GitHub;

/// <summary>
/// The App's own tokens: RS256, issued a minute back against clock drift, ending within GitHub's ten minutes.
/// See "Generating a JSON Web Token (JWT) for a GitHub App" in GitHub's documentation.
/// </summary>
internal sealed class AppJwts(string appId, TimeProvider time, KnownSecrets? known)
{
    private static readonly TimeSpan IssuedBack = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Jwt, DateTimeOffset Until)> _made = new(StringComparer.Ordinal);

    /// <summary>A token signed with the key, good for at least another minute.</summary>
    public string For(AppKey key)
    {
        // Also because an RSA object does not promise to sign on two threads at once.
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_made.TryGetValue(key.Id, out var made) && now < made.Until)
            {
                return made.Jwt;
            }

            foreach (var old in _made.Where(pair => pair.Value.Until <= now).Select(static pair => pair.Key).ToList())
            {
                _made.Remove(old);
            }

            var jwt = _handler.CreateToken(new SecurityTokenDescriptor
            {
                Issuer = appId,
                IssuedAt = (now - IssuedBack).UtcDateTime,
                Expires = (now + Lifetime).UtcDateTime,
                SigningCredentials = key.Signing,
            });
            known?.TryAdd(jwt, now + Lifetime);
            _made[key.Id] = (jwt, now + Lifetime - RenewedBefore);
            return jwt;
        }
    }
}
