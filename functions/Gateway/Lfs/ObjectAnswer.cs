using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Lfs;

/// <summary>An object as it is, whole or from somewhere on. It is for saving; no browser takes it for a page.</summary>
internal sealed class ObjectAnswer(LfsObject named, bool isPart) : AnswerRules
{
    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time)
    {
        var content = answer.Content.Headers;
        return (int)answer.StatusCode switch
        {
            200 or 206 when content.ContentEncoding.Count > 0 => LfsAnswer.Failed("The object came in an encoding that was not asked for.", $"content encoding {string.Join(", ", content.ContentEncoding)}"),
            200 when content.ContentLength == named.Size => null,
            206 when isPart && content.ContentRange is { HasRange: true, Length: { } all } range && all == named.Size && content.ContentLength == range.To - range.From + 1 => null,
            200 or 206 => LfsAnswer.Failed("The object is not of the size that it is said to have.", $"storage status {(int)answer.StatusCode}, length {content.ContentLength}, range {content.ContentRange}, size {named.Size}"),
            404 or 410 => new Refusal(Stage.Forward, RefusalKind.NotFound, new CallerText("GitHub has no such object any more."), $"storage status {(int)answer.StatusCode}"),
            416 when isPart => new Refusal(Stage.Forward, RefusalKind.Malformed, new CallerText("The object has no such range."), "storage status 416"),
            var status => LfsAnswer.Failed("The host that GitHub keeps this object at failed.", $"storage status {status}"),
        };
    }

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        LfsAnswer.WriteHeaders(response);
        response.StatusCode = (int)answer.StatusCode;
        response.ContentType = "application/octet-stream";
        response.Headers.ContentDisposition = "attachment";
        response.Headers.AcceptRanges = "bytes";
        if (answer.Content.Headers.ContentRange is { } range && response.StatusCode == StatusCodes.Status206PartialContent)
        {
            response.Headers.ContentRange = range.ToString();
        }
    }

    public override BodyFilter? FilterFor(HttpResponseMessage answer) => null;

    public override AnswerForm FormOf(HttpResponseMessage answer) => AnswerForm.Opaque;
}
