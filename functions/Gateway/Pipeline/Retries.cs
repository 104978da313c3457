using System.Security.Cryptography;
using CursorBroker.Gateway.Limits;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>When a call is made again by the broker itself: only where that cannot do anything twice, and nothing of an answer has reached the caller.</summary>
internal static class Retries
{
    /// <summary>How often a call is made again.</summary>
    public const int Most = 2;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether to make a call again: a read without a body (RFC 9110, 9.2.1: safe methods), when the upstream could not be had.</summary>
    public static bool MayRetry(UpstreamExchange exchange, CallEnd end, int attempt) =>
        attempt < Most && end is { IsDown: true, LimitedFor: null } && exchange.Body is null && (exchange.Method == HttpMethod.Get || exchange.Method == HttpMethod.Head);

    /// <summary>How long to wait before that: longer each time, and not the same for all who wait.</summary>
    public static TimeSpan WaitBefore(int attempt) => First * (1 << attempt) * (1 + (RandomNumberGenerator.GetInt32(1000) / 1000.0));
}
