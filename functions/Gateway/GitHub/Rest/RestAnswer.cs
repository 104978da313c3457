using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>
/// Which answers of the API are taken, and what of them reaches the caller: GitHub's own answers and refusals, their listed headers alone, with URLs that point back at the
/// broker. A redirect is followed where the route has one, and is a refusal everywhere else.
/// </summary>
internal sealed class RestAnswer(RestAnswerTerms terms, RestServices services) : AnswerRules
{
    private const string LinkHeader = "Link";

    /// <summary>Headers of GitHub's that pass as they are. Its cookies, its CDN's and its proxies' do not.</summary>
    private static readonly string[] Passed =
    [
        "Retry-After",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Used",
        "X-RateLimit-Reset",
        "X-RateLimit-Resource",
        "X-Poll-Interval",
        "X-GitHub-Request-Id",
        "X-GitHub-Media-Type",
        "X-GitHub-Api-Version-Selected",
        "Deprecation",
        "Sunset",
    ];

    /// <inheritdoc/>
    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time)
    {
        var status = (int)answer.StatusCode;
        return status switch
        {
            200 or 201 or 202 => UnreadableBody(answer),
            204 or 205 => null,
            304 when terms.IsConditional => null,

            // The same words as for what is there and hidden.
            404 when terms.HidesWhatIsLeftOut => Refusals.Unknown(Stage.Forward, "GitHub has no such thing"),
            >= 300 and < 400 when terms.FollowsRedirect && IsTemporary(status) =>
                Failed("GitHub sent the broker to a host that it does not follow to; its administrators can list it.", $"redirect to {HostOf(answer)}, which is not listed"),

            // What GitHub says of the request itself is the caller's to read: what is missing, in conflict or not valid.
            400 or 403 or 404 or 405 or 406 or 409 or 410 or 412 or 413 or 415 or 416 or 422 or 423 or 428 or 429 or 451 when IsJson(answer) => UnreadableBody(answer),
            _ => UpstreamAnswer.Judge(answer, RestMediaTypes.Json, time),
        };
    }

    /// <inheritdoc/>
    public override SignedRedirect? FollowTo(HttpResponseMessage answer) =>
        terms.FollowsRedirect && IsTemporary((int)answer.StatusCode) && answer.Headers.Location is { IsAbsoluteUri: true } location && services.Upstream.IsSignedHost(location)
            ? new SignedRedirect(location, new SignedAnswer(answer)) { Headers = terms.Range is { } range ? [new("Range", range)] : [] }
            : null;

    /// <inheritdoc/>
    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        GitHubHost.WriteHeaders(response);
        CopyHeaders(answer, response);
        if (Value(answer, LinkHeader) is { } link && services.Urls.OfLink(link, terms.Repository, terms.HidesWhatIsLeftOut) is { } links)
        {
            response.Headers.Link = links;
        }

        if (answer.Headers.Location is { } location && services.Urls.OfApi(location.OriginalString, terms.Repository) is { } here)
        {
            response.Headers.Location = here;
        }

        if (terms.Edit is null)
        {
            if (Value(answer, "ETag") is { } tag && CallerEntityTags.Bind(tag, terms.Person, terms.MaskedAs) is { } bound)
            {
                response.Headers.ETag = bound;
            }

            if (answer.Content.Headers.LastModified is { } modified)
            {
                response.Headers.LastModified = HeaderUtilities.FormatDate(modified);
            }
        }

        if (HasBody(answer))
        {
            response.ContentType = answer.Content.Headers.ContentType?.ToString();
        }
    }

    /// <inheritdoc/>
    public override BodyFilter? FilterFor(HttpResponseMessage answer)
    {
        if (!HasBody(answer))
        {
            // An answer that has none has no length either.
            return static (upstream, _, cancellationToken) => upstream.CopyToAsync(Stream.Null, cancellationToken);
        }

        if (!IsJson(answer))
        {
            return null;
        }

        var rewriter = new UrlRewriter(services.Urls.For(terms.Repository));
        return terms.Edit is { } edit && (int)answer.StatusCode < 300
            ? (upstream, caller, cancellationToken) => JsonEdit.RunAsync(edit, rewriter, upstream, caller, services, cancellationToken)
            : rewriter.RunAsync;
    }

    /// <inheritdoc/>
    public override AnswerForm FormOf(HttpResponseMessage answer)
    {
        var type = answer.Content.Headers.ContentType;
        return !HasBody(answer) ? AnswerForm.Text
            : IsJson(answer) ? AnswerForm.Json

            // A file, a diff, a page: text, whatever its type is called. What is neither is judged by its type.
            : terms.Media == RestMedia.Octets ? AnswerForms.Of(type)
            : AnswerForm.Text;
    }

    /// <summary>Copies the headers that pass as they are.</summary>
    internal static void CopyHeaders(HttpResponseMessage answer, HttpResponse response)
    {
        foreach (var name in Passed)
        {
            if (Value(answer, name) is { } value)
            {
                response.Headers[name] = value;
            }
        }
    }

    internal static Refusal Failed(string message, string detail) => new(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText(message), detail);

    private Refusal? UnreadableBody(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentEncoding.Count > 0)
        {
            return Failed("GitHub answered in an encoding that was not asked for.", $"content encoding {string.Join(", ", answer.Content.Headers.ContentEncoding)}");
        }

        if (answer.Content.Headers.ContentLength == 0)
        {
            return null;
        }

        var type = answer.Content.Headers.ContentType;
        if (!RestMediaTypes.IsKnown(type, terms.Media))
        {
            return Failed("GitHub answered with something else than what was asked for.", $"content type '{type}' for {terms.Media}");
        }

        return terms.Edit is not null && !IsJson(answer)
            ? Failed("GitHub answered in a form from which nothing can be left out, and there is something to leave out.", $"content type '{type}' for {terms.Media}")
            : null;
    }

    private bool IsJson(HttpResponseMessage answer) => RestMediaTypes.IsJson(answer.Content.Headers.ContentType, terms.Media);

    private static bool HasBody(HttpResponseMessage answer) => (int)answer.StatusCode is not (204 or 205 or 304);

    private static bool IsTemporary(int status) => status is 302 or 303 or 307;

    private static string HostOf(HttpResponseMessage answer) => answer.Headers.Location is { IsAbsoluteUri: true } location ? location.Host : "nowhere";

    private static string? Value(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}
