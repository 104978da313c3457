using System.Globalization;
using System.Text.Json;

namespace CursorBroker.Adapters.GitHub;

/// <summary>What GitHub answered, or why it did not.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Headers">Response headers, names without case.</param>
/// <param name="Text">The body. Data from outside: it may repeat what was sent, so it is looked at but never passed on.</param>
/// <param name="Json">The body as JSON; undefined when it is none.</param>
/// <param name="Problem">What went wrong, in the broker's own words; null when an answer came and could be read.</param>
internal sealed record GitHubAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Text, JsonElement Json, string? Problem)
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>GitHub's id of the request for its support, if it has the form of one; else empty. Hex digits and colons: no token fits in.</summary>
    public string RequestId =>
        Headers.GetValueOrDefault("X-GitHub-Request-Id") is { Length: > 0 and <= 60 } id && id.All(static c => char.IsAsciiHexDigit(c) || c == ':')
            ? $" (GitHub request {id})"
            : "";

    /// <summary>GitHub's clock when it answered; null when it did not say.</summary>
    public DateTimeOffset? Date =>
        Headers.TryGetValue("Date", out var text)
        && DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>The status alone: the body may hold a token.</summary>
    public override string ToString() => $"[GitHub answered {Status}]";

    /// <summary>No answer.</summary>
    public static GitHubAnswer None(string problem) => new(0, NoHeaders, "", default, problem);
}
