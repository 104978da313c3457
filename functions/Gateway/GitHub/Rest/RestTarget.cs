using CursorBroker.Core.GitHub.Routes;
using CursorBroker.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>What a request line asks of the API, as it was sent: nothing that a server on the way decoded or joined is looked at.</summary>
/// <param name="Path">The path below the API's root, taken apart.</param>
/// <param name="Query">The query as sent, without its question mark.</param>
/// <param name="IsUpload">True on the address for uploads.</param>
/// <param name="IsRaw">True when a file was asked for by its raw address, and then the path is the one of its contents.</param>
internal sealed record RestTarget(ApiPath Path, string Query, bool IsUpload, bool IsRaw)
{
    private const string Api = "/api/v3";
    private const string Uploads = "/api/uploads";
    private const string Raw = "/raw/";

    public static Outcome<RestTarget> Parse(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw
            ? raw
            : request.PathBase.Add(request.Path).Value + request.QueryString.Value;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        if (path.StartsWith(Raw, StringComparison.Ordinal))
        {
            return RawFile(path[Raw.Length..], query);
        }

        return Below(path, Uploads) is { } upload ? Known(upload, query, isUpload: true)
            : Below(path, Api) is { } call ? Known(call, query, isUpload: false)
            : Refusals.Malformed($"The path does not begin with {Api}, {Uploads} or /raw.");
    }

    private static string? Below(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/') ? path[root.Length..] : null;

    private static Outcome<RestTarget> Known(string path, string query, bool isUpload) => ApiPath.Parse(path) is { } parsed
        ? new RestTarget(parsed, query, isUpload, IsRaw: false)
        : TwoReadings();

    /// <summary>
    /// <c>OWNER/REPO/REF/PATH</c>, where REF is one segment (a branch with slashes in its name has them encoded), or <c>refs/heads/NAME</c> or <c>refs/tags/NAME</c>.
    /// </summary>
    private static Outcome<RestTarget> RawFile(string path, string query)
    {
        if (query.Length > 0)
        {
            return Refusals.Malformed("A raw address takes no query.");
        }

        var segments = path.Split('/');
        var isFull = segments is [_, _, "refs", "heads" or "tags", _, ..];
        var at = isFull ? 5 : 3;
        if (segments.Length <= at)
        {
            return Refusals.Malformed("A raw address is /raw/OWNER/REPO/REF/PATH.");
        }

        var gitRef = string.Join("%2F", segments[2..at]);
        return gitRef.IndexOfAny(['&', '=', '+', '#', ';']) >= 0 ? TwoReadings()
            : ApiPath.Parse($"/repos/{segments[0]}/{segments[1]}/contents/{string.Join('/', segments[at..])}") is { } parsed
                ? new RestTarget(parsed, $"ref={gitRef}", IsUpload: false, IsRaw: true)
                : TwoReadings();
    }

    private static Refusal TwoReadings() =>
        Refusals.Malformed("The path could be read in two ways: no empty, dotted or doubly encoded segments, no ';' and no '\\'.");
}
