using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace CursorBroker.Gateway.GitHub;

/// <summary>What every answer of the API says of the broker, so that clients take it for a GitHub Enterprise Server and people find their request again.</summary>
internal static class GitHubHost
{
    /// <summary>
    /// The release of GitHub Enterprise Server that clients are told of: what they think is there decides what they ask for. Named in <c>X-GitHub-Enterprise-Version</c> and, as
    /// <c>installed_version</c>, in the answer to <c>GET /meta</c>.
    /// </summary>
    public const string EnterpriseVersion = "3.19.0";

    /// <summary>GitHub's name for a request, by which Git Credential Manager recognises the host.</summary>
    public const string RequestId = "X-GitHub-Request-Id";

    /// <summary>Writes the headers that stand on answers and refusals alike.</summary>
    public static void WriteHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers["X-GitHub-Enterprise-Version"] = EnterpriseVersion;

        // Empty, as for an installation token: gh then asks for no scopes.
        headers["X-OAuth-Scopes"] = "";
        headers.CacheControl = "private, max-age=0, must-revalidate";
        headers.Vary = "Accept, Authorization";

        // Whatever an answer holds, no browser takes it for a page of the broker's.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        if (response.HttpContext.Features.Get<IRequestMarks>() is { } marks)
        {
            headers[RequestId] = marks.Reference;
            headers["X-Broker-Operation"] = marks.Reference;
            if (marks.Session is { } session)
            {
                headers["X-Broker-Session"] = session.Value;
            }
        }
    }
}
