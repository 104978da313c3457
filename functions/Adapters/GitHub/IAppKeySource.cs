using System.Collections.Immutable;

namespace CursorBroker.Adapters.GitHub;

/// <summary>Where the App's private keys come from.</summary>
public interface IAppKeySource
{
    /// <summary>
    /// The keys to sign with, asked for before every call to GitHub, so it answers from memory as a rule. A source that cannot be
    /// reached or read answers without keys and says why.
    /// </summary>
    ValueTask<AppKeySet> GetAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The keys as they are now, since GitHub accepted none of those that <see cref="GetAsync"/> gave. A source that answers from memory looks again, though not
    /// at every such call: whoever can provoke a rejection must not be able to exhaust it.
    /// </summary>
    ValueTask<AppKeySet> RefreshAsync(CancellationToken cancellationToken) => GetAsync(cancellationToken);
}

/// <summary>The App's keys. Two or more while they are being rotated: GitHub accepts every key that the App's settings list.</summary>
/// <param name="Keys">The keys, the one to try first in front; empty when there is none that can be used.</param>
/// <param name="Problem">What is wrong, without any key material; null when nothing is. Beside usable keys it is about others.</param>
public sealed record AppKeySet(ImmutableArray<AppKey> Keys, string? Problem);
