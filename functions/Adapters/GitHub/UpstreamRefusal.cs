using System.Globalization;
using CursorBroker.Core.Credentials;

namespace CursorBroker.Adapters.GitHub;

/// <summary>What an answer other than success means. The details are the broker's own words; GitHub's never go into them.</summary>
internal static class UpstreamRefusal
{
    /// <summary>The wait when GitHub limits without saying for how long: what its documentation asks for at least.</summary>
    public static readonly TimeSpan UnsaidWait = TimeSpan.FromMinutes(1);

    /// <summary>The longest wait believed: primary limits reset every hour.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <summary>The failure an answer stands for.</summary>
    /// <param name="answer">The answer; not a success that can be read.</param>
    /// <param name="step">What was being done, for the detail.</param>
    /// <param name="now">The time.</param>
    public static MintOutcome.Failed Of(GitHubAnswer answer, string step, DateTimeOffset now)
    {
        var wait = WaitOf(answer, now);
        if (answer.Status is 403 or 429 && IsRateLimit(answer))
        {
            return Failed(MintFailure.RateLimited, "GitHub limits the rate of requests", wait ?? UnsaidWait);
        }

        return answer.Status switch
        {
            0 or (>= 200 and < 300) => Failed(MintFailure.Unavailable, answer.Problem ?? "GitHub's answer cannot be understood"),
            401 => Failed(MintFailure.AppRejected, $"GitHub does not accept the App's own token: wrong App id, a key that is not the App's (any more), or clock skew{Skew(answer, now)}"),
            403 => Failed(MintFailure.Suspended, "GitHub forbids it: the installation is suspended, or the App is blocked"),
            404 => Failed(MintFailure.NotInstalled, "the App is not installed on the repository, or there is none of that name"),
            422 => Failed(MintFailure.PermissionNotGranted, "the App was not granted these permissions, or the repository is not in the installation's selection"),
            >= 500 => Failed(MintFailure.Unavailable, $"GitHub answered {answer.Status}", wait),
            _ => Failed(MintFailure.Unavailable, $"GitHub answered {answer.Status}, which is not expected here"),
        };

        MintOutcome.Failed Failed(MintFailure failure, string detail, TimeSpan? retryAfter = null) =>
            new(failure, $"{step}: {detail}{answer.RequestId}", retryAfter);
    }

    // "Rate limits for the REST API" in GitHub's documentation: Retry-After, or no requests remaining, or a secondary limit that only the text names.
    private static bool IsRateLimit(GitHubAnswer answer) =>
        answer.Status == 429
        || answer.Headers.ContainsKey("Retry-After")
        || answer.Headers.GetValueOrDefault("X-RateLimit-Remaining") == "0"
        || answer.Text.Contains("rate limit", StringComparison.OrdinalIgnoreCase);

    private static TimeSpan? WaitOf(GitHubAnswer answer, DateTimeOffset now)
    {
        // Absolute times are GitHub's clock: so is the time they are measured from, where it is known.
        var from = answer.Date ?? now;
        TimeSpan? wait = null;
        if (answer.Headers.TryGetValue("Retry-After", out var after))
        {
            wait = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(Math.Min(seconds, (long)LongestWait.TotalSeconds))
                : DateTimeOffset.TryParseExact(after, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until) ? until - from : null;
        }
        else if (answer.Headers.GetValueOrDefault("X-RateLimit-Remaining") == "0"
            && long.TryParse(answer.Headers.GetValueOrDefault("X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            wait = DateTimeOffset.FromUnixTimeSeconds(reset) - from;
        }

        return wait is not { } known ? null
            : known > LongestWait ? LongestWait
            : known < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
            : known;
    }

    private static string Skew(GitHubAnswer answer, DateTimeOffset now)
    {
        if (answer.Date is not { } theirs || (now - theirs).Duration() <= ClockTolerance)
        {
            return "";
        }

        var seconds = (long)(now - theirs).Duration().TotalSeconds;
        return $". This machine's clock is {seconds} s {(now > theirs ? "ahead of" : "behind")} GitHub's";
    }
}
