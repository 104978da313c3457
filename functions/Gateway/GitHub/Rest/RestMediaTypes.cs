using System.Net.Http.Headers;

namespace CursorBroker.Gateway.GitHub.Rest;

/// <summary>The types that the API answers with.</summary>
internal static class RestMediaTypes
{
    public const string Json = "application/json";

    private const string Vendor = "application/vnd.github";

    /// <summary>Whether an answer is JSON. The names that GitHub gives to raw files and diffs may end in <c>+json</c> without being any.</summary>
    public static bool IsJson(MediaTypeHeaderValue? type, RestMedia asked) => IsUtf8(type) && type?.MediaType?.ToLowerInvariant() switch
    {
        Json => true,
        { } media when media.StartsWith(Vendor, StringComparison.Ordinal) => media.EndsWith("+json", StringComparison.Ordinal) && !IsAFile(asked) && !media.Contains(".raw", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether an answer to what was asked for can be of the type.</summary>
    public static bool IsKnown(MediaTypeHeaderValue? type, RestMedia asked) => IsJson(type, asked) || type?.MediaType?.ToLowerInvariant() switch
    {
        "text/plain" or "text/html" => true,
        "application/octet-stream" => asked is RestMedia.Octets or RestMedia.Raw,
        { } media when media.StartsWith(Vendor, StringComparison.Ordinal) => IsAFile(asked),
        _ => false,
    };

    private static bool IsAFile(RestMedia asked) => asked is RestMedia.Raw or RestMedia.Diff or RestMedia.Patch or RestMedia.Html or RestMedia.Sha;

    private static bool IsUtf8(MediaTypeHeaderValue? type) => type?.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase);
}
