using Microsoft.AspNetCore.Http;

namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>The form that the Accept header asks an answer in.</summary>
/// <param name="Form">GitHub's word between <c>vnd.github.</c> and <c>+json</c> (<c>raw</c>, <c>diff</c>, <c>patch</c>, <c>sha</c>,
/// <c>object</c>, <c>html</c>), empty for plain JSON; <c>octet-stream</c> for that.</param>
/// <remarks>https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#media-types</remarks>
internal sealed record RestMedia(string Form)
{
    private static readonly string[] Forms = ["raw", "diff", "patch", "sha", "object", "html", "text", "full", "text-match"];

    public static RestMedia Of(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Contains("application/octet-stream", StringComparison.OrdinalIgnoreCase))
        {
            return new RestMedia("octet-stream");
        }

        foreach (var one in accept.Split(',', StringSplitOptions.TrimEntries).Select(static one => one.Split(';')[0].Trim()))
        {
            if (!one.StartsWith("application/vnd.github", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // application/vnd.github[.v3][.FORM][+json]
            var form = one.Split('+')[0].Split('.')[^1].ToLowerInvariant();
            if (Forms.Contains(form))
            {
                return new RestMedia(form);
            }
        }

        return new RestMedia(string.Empty);
    }
}
