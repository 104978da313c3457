using System.Globalization;
using CursorBroker.Gateway.Mcp.Calls;
using CursorBroker.Gateway.Mcp.Tools.Shared;
using CursorBroker.Gateway.Pipeline;
using ModelContextProtocol.Protocol;

namespace CursorBroker.Gateway.Mcp.Tools.Pulls;

/// <summary>The diff of a pull request as one text, a piece at a time.</summary>
internal static class PullDiff
{
    // GitHub's own limit is 20,000 lines or 3 MB; above it answers 406.
    private const int MaxBytes = 8 * 1024 * 1024;

    public static async ValueTask<ToolAnswer> ReadAsync(ToolCall call, PullName pull, CancellationToken cancellationToken)
    {
        var answer = await call.Api.SendAsync(new(HttpMethod.Get, pull.Path()) { Accept = "application/vnd.github.diff", MaxBytes = MaxBytes }, cancellationToken);
        if (!answer.IsSuccess)
        {
            return Instead(answer);
        }

        var cut = Cut.Of(answer.Body.Span, call.Arguments.OptionalInteger("offset", 0, int.MaxValue) ?? 0, Cut.Usual);
        var structured = Json.Of(("diff", cut.Text), ("size", cut.Whole));
        if (cut.IsPartial)
        {
            structured["offset"] = cut.From;
        }

        if (!cut.HasMore)
        {
            return ToolAnswer.Json(structured, cut.Text);
        }

        structured["next_offset"] = cut.End;
        return new()
        {
            Content =
            [
                new TextContentBlock { Text = cut.Text },
                new TextContentBlock { Text = string.Create(CultureInfo.InvariantCulture, $"Bytes {cut.From} to {cut.End} of {cut.Whole}. To go on: offset {cut.End}.") },
            ],
            Structured = structured,
        };
    }

    /// <summary>Where a whole diff cannot be shown, since some of its files may not be read or it is too large, the list of files can.</summary>
    private static ToolAnswer Instead(ApiAnswer answer)
    {
        var failure = Failures.Describe(answer);
        return answer.Status == 406 || answer.Refusal is { Kind: RefusalKind.Denied or RefusalKind.TooLarge or RefusalKind.NotFound }
            ? failure with { Content = [.. failure.Content, new TextContentBlock { Text = "The method get_files shows the changed files one by one, as far as you may read them." }] }
            : failure;
    }
}
