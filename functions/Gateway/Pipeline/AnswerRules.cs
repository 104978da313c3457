using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>
/// Which of the upstream's answers an exchange takes, and what of them reaches the caller. Nothing is copied from an answer but what these rules write: what is not
/// listed does not pass.
/// </summary>
public abstract class AnswerRules
{
    /// <summary>Null when the answer is one to relay; otherwise the refusal it amounts to, and nothing of it is relayed.</summary>
    public abstract Refusal? Judge(HttpResponseMessage answer, TimeProvider time);

    /// <summary>Writes status and headers of the answer to the caller. The response has not started.</summary>
    public abstract void WriteHead(HttpResponseMessage answer, HttpResponse response);

    /// <summary>Changes or observes the answer's body on its way; null to pass it on as it is, with its length.</summary>
    public abstract BodyFilter? FilterFor(HttpResponseMessage answer);

    /// <summary>As the other, for a <see cref="AnswerForm.Framed"/> body, whose text the filter masks itself.</summary>
    public virtual BodyFilter? FilterFor(HttpResponseMessage answer, BodyMask mask) => FilterFor(answer);

    /// <summary>What the body is once the filter has been over it, and so how it is searched for secrets.</summary>
    public abstract AnswerForm FormOf(HttpResponseMessage answer);

    /// <summary>Where the broker itself follows a redirect of this answer; null when it does not, and then a redirect is a refusal.</summary>
    public virtual SignedRedirect? FollowTo(HttpResponseMessage answer) => null;
}

/// <summary>
/// A redirect whose URL is a credential: asked for by the broker, once, with no credential and no header but those here, and never shown to anybody. What it answers is
/// taken as <paramref name="Answer"/> says, which follows nothing further.
/// </summary>
/// <param name="Location">Where to.</param>
/// <param name="Answer">Which answers are taken, and what of them reaches the caller.</param>
public sealed record SignedRedirect(Uri Location, AnswerRules Answer)
{
    /// <summary>The headers, all of them.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The host alone: the rest is a credential.</summary>
    public override string ToString() => $"a signed redirect to {Location.Host}";
}

/// <summary>An answer of one kind: 200 with one content type, not encoded; everything else is a refusal.</summary>
/// <param name="contentType">The only media type.</param>
/// <param name="form">What the body is.</param>
/// <param name="filter">Changes or observes the body; null to pass it on as it is.</param>
public sealed class TypedAnswer(string contentType, AnswerForm form, BodyFilter? filter = null) : AnswerRules
{
    /// <summary>The only media type.</summary>
    public string ContentType => contentType;

    /// <summary>Changes or observes the body; null to pass it on as it is.</summary>
    public BodyFilter? Filter => filter;

    /// <summary>Instead of <see cref="Filter"/>, for a body whose text it masks; null for none.</summary>
    public Func<BodyMask, BodyFilter>? Masking { get; init; }

    /// <inheritdoc/>
    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time) => UpstreamAnswer.Judge(answer, contentType, time);

    /// <inheritdoc/>
    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache, max-age=0, must-revalidate";
    }

    /// <inheritdoc/>
    public override BodyFilter? FilterFor(HttpResponseMessage answer) => filter;

    /// <inheritdoc/>
    public override BodyFilter? FilterFor(HttpResponseMessage answer, BodyMask mask) => Masking?.Invoke(mask) ?? filter;

    /// <inheritdoc/>
    public override AnswerForm FormOf(HttpResponseMessage answer) => form;
}
