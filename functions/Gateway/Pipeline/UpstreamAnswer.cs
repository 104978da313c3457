using System.Net;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What an upstream's status line and headers mean.</summary>
internal static class UpstreamAnswer
{
    /// <summary>Null when the answer is the one expected; otherwise the refusal it amounts to.</summary>
    public static Refusal? Judge(HttpResponseMessage answer, string expectedContentType, TimeProvider time)
    {
        var status = (int)answer.StatusCode;
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            var type = answer.Content.Headers.ContentType?.MediaType;
            return !string.Equals(type, expectedContentType, StringComparison.OrdinalIgnoreCase)
                ? Failed("GitHub answered with something else than what was asked for.", $"content type '{type}' instead of '{expectedContentType}'")
                : answer.Content.Headers.ContentEncoding.Count > 0
                    ? Failed("GitHub answered in an encoding that was not asked for.", $"content encoding {string.Join(", ", answer.Content.Headers.ContentEncoding)}")
                    : null;
        }

        var retryAfter = RetryAfter(answer, time);
        return status switch
        {
            >= 300 and < 400 => Refuse(RefusalKind.NotFound, "This repository was renamed or moved; use its new name, and see that the policy covers it."),
            401 => Refuse(RefusalKind.Unavailable, "GitHub did not accept the credential that it had just given out; try again."),
            404 => Refuse(RefusalKind.NotFound, "The policy covers this repository, but GitHub does not find it."),
            429 => Refuse(RefusalKind.RateLimited, "GitHub's rate limit is reached."),
            403 when retryAfter is not null => Refuse(RefusalKind.RateLimited, "GitHub's rate limit is reached."),
            403 => Refuse(RefusalKind.UpstreamForbids, "GitHub itself refuses this (a ruleset, a suspended installation, or the App lacks a permission)."),
            503 => Refuse(RefusalKind.Unavailable, "GitHub is unavailable."),
            _ => Refuse(RefusalKind.UpstreamFailed, "GitHub failed."),
        };

        Refusal Refuse(RefusalKind kind, string message) =>
            new(Stage.Forward, kind, new CallerText(message), $"upstream status {status}") { RetryAfter = retryAfter };

        static Refusal Failed(string message, string detail) => new(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText(message), detail);
    }

    /// <summary>How long GitHub asks to be left alone, when the answer is that a limit is reached; null when it is not.</summary>
    public static TimeSpan? LimitedFor(HttpResponseMessage answer, TimeProvider time) => (int)answer.StatusCode switch
    {
        429 => RetryAfter(answer, time) ?? TimeSpan.FromMinutes(1),
        403 => RetryAfter(answer, time),
        _ => null,
    };

    /// <summary>GitHub's own name for the request, when it gave one.</summary>
    public static string? RequestId(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("X-GitHub-Request-Id", out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time)
    {
        var header = answer.Headers.RetryAfter;
        if (header?.Delta is { } delta)
        {
            return delta;
        }

        if (header?.Date is { } date)
        {
            var wait = date - time.GetUtcNow();
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        // The primary limit has no Retry-After: an empty remainder and the second it resets at.
        return Value("X-RateLimit-Remaining") == "0" && long.TryParse(Value("X-RateLimit-Reset"), out var reset)
            ? TimeSpan.FromSeconds(Math.Max(0, reset - time.GetUtcNow().ToUnixTimeSeconds()))
            : null;

        string? Value(string name) => answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
    }
}
