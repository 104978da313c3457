using System.Collections.Concurrent;
using CursorBroker.Core.Masking;
using CursorBroker.Core.State;

namespace CursorBroker.Adapters.Secrets;

/// <summary>Has every secret that is read masked in answers from then on, wherever it turns up. Each instance knows those that it read.</summary>
/// <param name="source">Where they are.</param>
/// <param name="known">What is masked by value.</param>
/// <param name="time">The clock.</param>
public sealed class MaskedSecretSource(ISecretSource source, KnownSecrets known, TimeProvider time) : ISecretSource
{
    // Some are read once a day.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(48);

    private readonly ConcurrentDictionary<string, (string Value, DateTimeOffset Renew)> _read = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var value = await source.ReadAsync(name, cancellationToken);
        var now = time.GetUtcNow();
        if (value is not null && (!_read.TryGetValue(name, out var last) || last.Value != value || last.Renew <= now))
        {
            known.TryAdd(value, now + Kept);
            _read[name] = (value, now + (Kept / 2));
        }

        return value;
    }
}
