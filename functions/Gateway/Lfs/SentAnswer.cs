using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Lfs;

/// <summary>What is answered once something was sent to where the upstream keeps objects, or verified there: that it worked, and nothing of what the host said.</summary>
internal sealed class SentAnswer : AnswerRules
{
    public static SentAnswer Instance { get; } = new();

    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time) => (int)answer.StatusCode switch
    {
        200 or 201 or 202 or 204 => null,
        404 or 410 or 422 => new Refusal(Stage.Forward, RefusalKind.Unprocessable, new CallerText("GitHub does not have this object, or of another size."), $"storage status {(int)answer.StatusCode}"),
        var status => LfsAnswer.Failed("The host that GitHub keeps LFS objects at failed.", $"storage status {status}"),
    };

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        LfsAnswer.WriteHeaders(response);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentLength = 0;
    }

    public override BodyFilter? FilterFor(HttpResponseMessage answer) => static (upstream, _, cancellationToken) => upstream.CopyToAsync(Stream.Null, cancellationToken);

    public override AnswerForm FormOf(HttpResponseMessage answer) => AnswerForm.Text;
}
