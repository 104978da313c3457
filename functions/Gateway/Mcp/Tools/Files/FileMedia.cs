using System.Buffers;
using System.Text.Unicode;

namespace CursorBroker.Gateway.Mcp.Tools.Files;

/// <summary>What a file is, by what is in it; its name only says which kind of text.</summary>
internal static class FileMedia
{
    private static readonly SearchValues<byte> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Where(static one => one is not (7 or 8 or 9 or 10 or 12 or 13 or 27)).Select(static one => (byte)one)]);

    /// <summary>The media type of an image that clients show; null for what is none.</summary>
    /// <remarks>The signatures are those of https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern.</remarks>
    public static string? ImageOf(ReadOnlySpan<byte> content) =>
        content.Length > 8 && content[0] == 0x89 && content[1..].StartsWith("PNG\r\n\x1A\n"u8) ? "image/png"
        : content.Length > 3 && content[0] == 0xFF && content[1] == 0xD8 && content[2] == 0xFF ? "image/jpeg"
        : content.StartsWith("GIF87a"u8) || content.StartsWith("GIF89a"u8) ? "image/gif"
        : content.Length > 14 && content.StartsWith("RIFF"u8) && content[8..].StartsWith("WEBPVP"u8) ? "image/webp"
        : null;

    /// <summary>Whether it can be read as text: UTF-8 without control characters.</summary>
    public static bool IsText(ReadOnlySpan<byte> content) => Utf8.IsValid(content) && !content.ContainsAny(Controls);

    /// <summary>The media type of a text file of that name.</summary>
    public static string TextTypeOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".md" or ".markdown" => "text/markdown",
        ".json" => "application/json",
        ".xml" or ".csproj" or ".props" or ".targets" => "application/xml",
        ".yaml" or ".yml" => "application/yaml",
        ".html" or ".htm" => "text/html",
        ".css" => "text/css",
        ".csv" => "text/csv",
        ".js" or ".mjs" or ".cjs" => "text/javascript",
        ".svg" => "image/svg+xml",
        _ => "text/plain",
    };
}
