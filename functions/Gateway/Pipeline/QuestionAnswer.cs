using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What the API may answer to a question of the broker's own: JSON, found or not. Never relayed.</summary>
internal sealed class QuestionAnswer : AnswerRules
{
    private const string Json = "application/json";

    public static QuestionAnswer Instance { get; } = new();

    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time) =>
        (int)answer.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status422UnprocessableEntity
            ? null
            : UpstreamAnswer.Judge(answer, Json, time);

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response) => throw new InvalidOperationException("An answer to the broker itself is not relayed.");

    public override BodyFilter? FilterFor(HttpResponseMessage answer) => throw new InvalidOperationException("An answer to the broker itself is not relayed.");

    public override AnswerForm FormOf(HttpResponseMessage answer) => throw new InvalidOperationException("An answer to the broker itself is not relayed.");

    /// <summary>The answer, whole; null when it is larger than it may be.</summary>
    public static async ValueTask<UpstreamReply?> ReadAsync(HttpResponseMessage answer, int maxBytes, CancellationToken cancellationToken)
    {
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > maxBytes)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        var link = answer.Headers.TryGetValues("Link", out var values) ? string.Join(", ", values) : null;
        return new((int)answer.StatusCode, body.ToArray(), link);
    }
}
