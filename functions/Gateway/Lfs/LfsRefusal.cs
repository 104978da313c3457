using System.Globalization;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.Lfs;

/// <summary>Refuses in LFS's JSON, of which git-lfs prints <c>message</c> and <c>request_id</c> (docs/api/batch.md, "Response Errors").</summary>
internal static class LfsRefusal
{
    private const string Documentation = "https://docs.github.com/repositories/working-with-files/managing-large-files";
    private const string Challenge = "Basic realm=\"CursorBroker\"";

    public static async ValueTask WriteAsync(HttpContext context, Refusal refusal, CancellationToken cancellationToken)
    {
        if (refusal.Kind == RefusalKind.CallerGone)
        {
            return;
        }

        var headers = context.Response.Headers;
        if (refusal.RetryAfter is { } wait)
        {
            headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Kind == RefusalKind.Unauthenticated)
        {
            headers["LFS-Authenticate"] = Challenge;
            headers.WWWAuthenticate = Challenge;
        }

        var body = LfsJson.Write(json =>
        {
            json.WriteString("message", $"CursorBroker: {refusal.Message}");
            json.WriteString("documentation_url", Documentation);
            json.WriteString("request_id", refusal.Reference);
        });
        await LfsAnswer.WriteAsync(context.Response, refusal.HttpStatus, body, !HttpMethods.IsHead(context.Request.Method), cancellationToken);
    }
}
