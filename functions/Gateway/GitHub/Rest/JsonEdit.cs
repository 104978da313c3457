using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>Leaves something out of a JSON answer, which is read whole for that, within bounds. What is too large, or is not JSON, is refused: never passed on as it is.</summary>
internal static class JsonEdit
{
    public static async Task RunAsync(
        Action<JsonNode> edit, UrlRewriter rewriter, PipeReader upstream, PipeWriter caller, RestServices services, CancellationToken cancellationToken)
    {
        using var share = services.Budget.Take(services.Options.MaxEditedBytes) ?? throw new AnswerRefusedException(RestBudget.UsedUp(Stage.Forward));
        using var body = new MemoryStream();
        while (true)
        {
            var read = await upstream.ReadAsync(cancellationToken);
            if (body.Length + read.Buffer.Length > services.Options.MaxEditedBytes)
            {
                throw new AnswerRefusedException(new(
                    Stage.Forward, RefusalKind.TooLarge, new CallerText("The answer is too large for leaving out of it what you may not see; ask for less at once."), "longer than its limit"));
            }

            foreach (var segment in read.Buffer)
            {
                body.Write(segment.Span);
            }

            upstream.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        rewriter.Write(Edited(edit, body), caller);
        rewriter.End(caller);
        await caller.FlushAsync(cancellationToken);
    }

    private static byte[] Edited(Action<JsonNode> edit, MemoryStream body)
    {
        try
        {
            var json = JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length)) ?? throw new JsonException("null");
            edit(json);
            return RestBody.Write(json);
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new AnswerRefusedException(RestAnswer.Failed("GitHub's answer cannot be read, and there is something to leave out of it.", $"{unread.GetType().Name}: {unread.Message}"));
        }
    }
}
