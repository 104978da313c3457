using Azure.Core;
using Azure.Core.Pipeline;

namespace CursorBroker.Adapters.KeyVault;

/// <summary>
/// Repeats what is likely to pass, twice and soon. Not what the vault asked to wait for: a request would hang for that long, where the last known value
/// serves it and <see cref="CachedSecret"/> keeps the time.
/// </summary>
internal sealed class VaultRetries(TimeSpan delay) : RetryPolicy(maxRetries: 2, DelayStrategy.CreateFixedDelayStrategy(delay))
{
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !IsToldToWait(message) && base.ShouldRetry(message, exception);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        !IsToldToWait(message) && await base.ShouldRetryAsync(message, exception);

    private static bool IsToldToWait(HttpMessage message) =>
        message.HasResponse && (message.Response.Status == 429 || message.Response.Headers.Contains("Retry-After"));
}
