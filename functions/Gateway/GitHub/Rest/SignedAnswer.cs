using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What a host that GitHub keeps files at answers: the file or a part of it, as it is. It is for saving, whatever it is; no browser takes it for a page.</summary>
/// <param name="redirect">GitHub's own answer, whose headers count.</param>
internal sealed class SignedAnswer(HttpResponseMessage redirect) : AnswerRules
{
    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time) => (int)answer.StatusCode switch
    {
        200 or 206 => answer.Content.Headers.ContentEncoding.Count > 0
            ? RestAnswer.Failed("The file came in an encoding that was not asked for.", $"content encoding {string.Join(", ", answer.Content.Headers.ContentEncoding)}")
            : null,
        404 or 410 => new Refusal(Stage.Forward, RefusalKind.NotFound, new CallerText("GitHub has no such file any more."), $"storage status {(int)answer.StatusCode}"),
        416 => new Refusal(Stage.Forward, RefusalKind.Malformed, new CallerText("The file has no such range."), "storage status 416"),
        var status => RestAnswer.Failed("The host that GitHub keeps this at failed.", $"storage status {status}"),
    };

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        GitHubHost.WriteHeaders(response);
        RestAnswer.CopyHeaders(redirect, response);
        var content = answer.Content.Headers;
        response.ContentType = content.ContentType?.ToString() ?? "application/octet-stream";
        response.Headers.ContentDisposition = content.ContentDisposition is { DispositionType: "attachment" } disposition ? disposition.ToString() : "attachment";
        if (answer.Headers.AcceptRanges.Contains("bytes"))
        {
            response.Headers.AcceptRanges = "bytes";
        }

        if (content.ContentRange is { } range)
        {
            response.Headers.ContentRange = range.ToString();
        }
    }

    public override BodyFilter? FilterFor(HttpResponseMessage answer) => null;

    public override AnswerForm FormOf(HttpResponseMessage answer) => AnswerForms.Of(answer.Content.Headers.ContentType);
}
