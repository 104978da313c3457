using Microsoft.Net.Http.Headers;

namespace CursorBroker.Gateway.Lfs;

/// <summary>The media type that LFS speaks in.</summary>
internal static class LfsMedia
{
    public const string Type = "application/vnd.git-lfs+json";

    private const string Json = "application/json";

    /// <summary>Whether a request's body is LFS's. A charset other than UTF-8 is none.</summary>
    public static bool IsLfs(string text) => Is(text, Type);

    /// <summary>Whether an answer can be LFS's: some servers call it plain JSON.</summary>
    public static bool IsAnswer(string? text) => text is not null && (Is(text, Type) || Is(text, Json));

    private static bool Is(string text, string expected) => MediaTypeHeaderValue.TryParse(text, out var type)
        && type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
