using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Api;

/// <summary>
/// The primary rate limit: so many requests an hour for each installation (and for the App itself), searches counted apart by the
/// minute, with GitHub's headers.
/// </summary>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api</remarks>
internal sealed class RateLimits(TimeProvider time)
{
    public const string Core = "core";
    public const string Search = "search";
    public const string Graph = "graphql";

    private const int SearchesAMinute = 30;

    private readonly Lock _counting = new();
    private readonly Dictionary<(string Who, string Resource), Count> _counts = [];

    /// <summary>Requests an hour; applies at once.</summary>
    public int Limit { get; set; } = 5000;

    /// <summary>Counts a request and writes the headers. False when it is one too many.</summary>
    public bool Admit(HttpResponse response, string who, string resource = Core)
    {
        RateStanding standing;
        lock (_counting)
        {
            var count = Current(who, resource);
            _counts[(who, resource)] = count with { Used = count.Used + 1 };
            standing = Standing(count with { Used = count.Used + 1 }, resource);
        }

        response.Headers["X-RateLimit-Limit"] = standing.Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Remaining"] = standing.Remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Used"] = Math.Min(standing.Limit, standing.Used).ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Reset"] = standing.Resets.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        response.Headers["X-RateLimit-Resource"] = resource;
        return standing.Used <= standing.Limit;
    }

    /// <summary>How it stands, without counting.</summary>
    public RateStanding Of(string who, string resource)
    {
        lock (_counting)
        {
            return Standing(Current(who, resource), resource);
        }
    }

    private Count Current(string who, string resource)
    {
        var now = time.GetUtcNow();
        return _counts.TryGetValue((who, resource), out var count) && count.Resets > now
            ? count
            : new Count(0, now + (resource == Search ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1)));
    }

    private RateStanding Standing(Count count, string resource)
    {
        var limit = resource == Search ? SearchesAMinute : Limit;
        return new RateStanding(limit, count.Used, Math.Max(0, limit - count.Used), count.Resets);
    }

    private sealed record Count(long Used, DateTimeOffset Resets);
}

/// <summary>How many requests somebody has made and has left.</summary>
internal sealed record RateStanding(int Limit, long Used, long Remaining, DateTimeOffset Resets);
