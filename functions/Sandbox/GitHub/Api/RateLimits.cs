using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>The primary rate limit: so many requests an hour for each installation (and for the App itself), with GitHub's headers.</summary>
internal sealed class RateLimits(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _counting = new();
    private readonly Dictionary<string, Count> _counts = new(StringComparer.Ordinal);

    /// <summary>Requests an hour; applies at once.</summary>
    public int Limit { get; set; } = 5000;

    /// <summary>Counts a request and writes the headers. False when it is one too many.</summary>
    public bool Admit(HttpResponse response, string who)
    {
        var limit = Limit;
        long used;
        DateTimeOffset resets;
        lock (_counting)
        {
            var now = time.GetUtcNow();
            if (!_counts.TryGetValue(who, out var count) || count.Resets <= now)
            {
                count = new Count(0, now + Window);
            }

            count = count with { Used = count.Used + 1 };
            _counts[who] = count;
            (used, resets) = count;
        }

        response.Headers["X-RateLimit-Limit"] = limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = Math.Max(0, limit - used).ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Used"] = Math.Min(limit, used).ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Reset"] = resets.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Resource"] = "core";
        return used <= limit;
    }

    private sealed record Count(long Used, DateTimeOffset Resets);
}
