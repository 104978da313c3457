using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CursorBroker.Adapters.Oidc;

/// <summary>
/// Which tokens were found to be signed by one set of keys. That is so or not for ever: it follows from the token's text and the keys alone. Nothing else of a token is
/// remembered: who it is for, until when, and whether the policy still knows its issuer is looked at each time.
/// </summary>
/// <remarks>Only digests are kept, and only of tokens whose signature is good, so that strangers cannot fill it.</remarks>
internal sealed class VerifiedTokens
{
    /// <summary>Most tokens remembered; then all are forgotten, and each costs one more verification.</summary>
    public const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, bool> _digests = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Whether the signature of a token, the whole of it as it was presented, is known to be good.</summary>
    public bool Contains(string token) => _digests.ContainsKey(DigestOf(token));

    /// <summary>Remembers a token whose signature was just verified.</summary>
    public void Add(string token)
    {
        if (!_digests.TryAdd(DigestOf(token), true))
        {
            return;
        }

        if (Interlocked.Increment(ref _count) >= Capacity)
        {
            Interlocked.Exchange(ref _count, 0);
            _digests.Clear();
        }
    }

    private static string DigestOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
