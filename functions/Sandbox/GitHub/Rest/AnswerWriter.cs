using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CursorBroker.Sandbox.GitHub.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>Sends what a route answers: pages with their Link header, ETags, and 304 to someone who has it already.</summary>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate</remarks>
internal static class AnswerWriter
{
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="context">The request.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="pagePath">Where pages are found, below the API's root: GitHub writes a repository's as <c>repositories/ID/...</c>.</param>
    public static Task WriteAsync(HttpContext context, RestAnswer answer, string pagePath)
    {
        var response = context.Response;
        switch (answer)
        {
            case RestAnswer.Json json:
                if (json.Location is not null)
                {
                    response.Headers.Location = json.Location.AbsoluteUri;
                }

                return JsonAsync(context, json.Status, json.Body);
            case RestAnswer.Page page:
                var asked = PageAsked.Of(context.Request);
                asked.WriteLinks(context, pagePath, page.Count);
                var items = page.Part(asked.Skip, asked.Size);
                return JsonAsync(context, 200, page.Wrap is null ? items : page.Wrap(page.Count, items));
            case RestAnswer.Raw raw:
                return BytesAsync(context, 200, raw.ContentType, raw.Body);
            case RestAnswer.Redirect redirect:
                response.StatusCode = 302;
                response.Headers.Location = redirect.Target.AbsoluteUri;
                return Task.CompletedTask;
            case RestAnswer.Refused refused:
                return RefuseAsync(context, refused);
            case RestAnswer.Empty empty:
                response.StatusCode = empty.Status;
                return Task.CompletedTask;
            default:
                throw new InvalidOperationException($"No way to send a {answer.GetType().Name}.");
        }
    }

    private static Task RefuseAsync(HttpContext context, RestAnswer.Refused refused)
    {
        var body = new JsonObject { ["message"] = refused.Message };
        if (refused.Errors is not null)
        {
            body["errors"] = refused.Errors.DeepClone();
        }

        body["documentation_url"] = GitHubAnswer.Documentation;
        body["status"] = refused.Status.ToString(CultureInfo.InvariantCulture);
        return GitHubAnswer.JsonAsync(context, refused.Status, body);
    }

    private static Task JsonAsync(HttpContext context, int status, JsonNode body)
    {
        context.Response.Headers["X-GitHub-Media-Type"] = "github.v3; format=json";
        return BytesAsync(context, status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body.ToJsonString(Writing)));
    }

    private static Task BytesAsync(HttpContext context, int status, string type, byte[] body)
    {
        var response = context.Response;
        if (status == 200 && (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"";
            response.Headers.ETag = "W/" + tag;
            response.Headers.CacheControl = "private, max-age=60, s-maxage=60";
            response.Headers.Vary = "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With";
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known == EntityTagHeaderValue.Any || known.Tag == tag))
            {
                response.StatusCode = 304;
                return Task.CompletedTask;
            }
        }

        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
