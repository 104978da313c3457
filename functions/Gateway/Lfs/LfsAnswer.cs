using System.Collections.Immutable;
using System.Text.Json;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Lfs;

/// <summary>What an answer is written anew as.</summary>
/// <param name="status">The upstream's status.</param>
/// <param name="answer">What it answered.</param>
/// <param name="cancellationToken">Ends it.</param>
internal delegate ValueTask<Outcome<byte[]>> AnswerWriter(int status, LfsMembers answer, CancellationToken cancellationToken);

/// <summary>A JSON answer of the upstream's LFS server. It is read whole, understood, and written anew: nothing of it passes as it is.</summary>
/// <param name="services">The bounds.</param>
/// <param name="accepted">The statuses that are an answer.</param>
/// <param name="write">Writes the answer anew; null for one that is only read.</param>
internal sealed class LfsAnswer(LfsServices services, ImmutableArray<int> accepted, AnswerWriter? write = null) : AnswerRules
{
    private static readonly JsonDocumentOptions Tolerant = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public override Refusal? Judge(HttpResponseMessage answer, TimeProvider time)
    {
        var status = (int)answer.StatusCode;
        if (accepted.Contains(status))
        {
            return answer.Content.Headers.ContentEncoding.Count == 0 && LfsMedia.IsAnswer(answer.Content.Headers.ContentType?.ToString())
                ? null
                : Failed("GitHub answered with something else than what was asked for.", $"content type '{answer.Content.Headers.ContentType}'");
        }

        return status switch
        {
            413 => Refuse(RefusalKind.TooLarge, "GitHub finds this too large."),
            422 => Refuse(RefusalKind.Unprocessable, "GitHub does not take this: an object or a name in it is not valid there."),
            507 or 509 => Refuse(RefusalKind.UpstreamForbids, "The storage or bandwidth that GitHub gives this repository's owner for LFS is used up."),
            _ => UpstreamAnswer.Judge(answer, LfsMedia.Type, time),
        };

        Refusal Refuse(RefusalKind kind, string message) => new(Stage.Forward, kind, new CallerText(message), $"upstream status {status}");
    }

    public override void WriteHead(HttpResponseMessage answer, HttpResponse response)
    {
        WriteHeaders(response);
        response.StatusCode = (int)answer.StatusCode;
        response.ContentType = LfsMedia.Type;
    }

    public override BodyFilter? FilterFor(HttpResponseMessage answer) => async (upstream, caller, cancellationToken) =>
    {
        using var share = services.Hold(services.Options.MaxAnswerBytes) ?? throw new AnswerRefusedException(LfsServices.UsedUp(Stage.Forward));
        var written = write is null
            ? throw new InvalidOperationException("This answer is for the broker itself.")
            : (await ReadAsync(upstream.AsStream(leaveOpen: true), services, cancellationToken)).Succeeded(out var members, out var unread)
                ? await write((int)answer.StatusCode, members, cancellationToken)
                : unread;
        if (!written.Succeeded(out var bytes, out var refusal))
        {
            throw new AnswerRefusedException(refusal);
        }

        await caller.WriteAsync(bytes, cancellationToken);
    };

    public override AnswerForm FormOf(HttpResponseMessage answer) => AnswerForm.Json;

    /// <summary>An answer's body.</summary>
    public static async ValueTask<Outcome<LfsMembers>> ReadAsync(Stream body, LfsServices services, CancellationToken cancellationToken)
    {
        var bytes = await WholeBody.ReadAsync(body, services.Options.MaxAnswerBytes, cancellationToken);
        return bytes is not null && LfsMembers.Parse(bytes, Tolerant) is { } members
            ? members
            : NotUnderstood(bytes is null ? "longer than its limit" : "not a JSON object");
    }

    public static Refusal NotUnderstood(string detail) => Failed("GitHub's LFS server answered what cannot be understood.", detail);

    public static Refusal Failed(string message, string detail) => new(Stage.Forward, RefusalKind.UpstreamFailed, new CallerText(message), detail);

    /// <summary>Headers of every answer: never kept by anybody, never taken for a page.</summary>
    public static void WriteHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "private, no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
    }

    public static async ValueTask WriteAsync(HttpResponse response, int status, ReadOnlyMemory<byte> json, bool withBody, CancellationToken cancellationToken)
    {
        WriteHeaders(response);
        response.StatusCode = status;
        response.ContentType = LfsMedia.Type;
        response.ContentLength = json.Length;
        if (withBody)
        {
            await response.Body.WriteAsync(json, cancellationToken);
        }
    }
}
