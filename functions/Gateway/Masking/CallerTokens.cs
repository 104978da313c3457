using System.Security.Cryptography;
using System.Text;
using CursorBroker.Core.Identity;
using CursorBroker.Core.Masking;

namespace CursorBroker.Gateway.Masking;

/// <summary>Has the tokens that callers sign in with masked by this instance, once they were found good: where they turn up in an answer, somebody put them there. Other instances mask them as the tokens that they look like.</summary>
internal sealed class CallerTokens(KnownSecrets known, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);

    /// <summary>Takes one that was accepted. Of one that is longer than what is matched by value its end counts, where its signature is.</summary>
    public void Add(PresentedToken token)
    {
        var value = token.Reveal();
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_seen.TryGetValue(name, out var until) && until > now)
            {
                return;
            }

            foreach (var gone in _seen.Where(pair => pair.Value <= now).Select(static pair => pair.Key).ToList())
            {
                _seen.Remove(gone);
            }

            // Forgotten a little before it is known no more, so that a token in use is always known.
            _seen[name] = now + Kept;
        }

        known.TryAdd(value.Length <= KnownSecrets.Longest ? value : value[^KnownSecrets.Longest..], now + Kept + TimeSpan.FromMinutes(1));
    }
}
