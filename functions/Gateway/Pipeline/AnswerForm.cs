using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace CursorBroker.Gateway.Pipeline;

/// <summary>What the body of an answer is, as masking goes.</summary>
public enum AnswerForm
{
    /// <summary>JSON.</summary>
    Json,

    /// <summary>Any other text, or what is searched as if it were.</summary>
    Text,

    /// <summary>Nobody says what it is: its first bytes do, where it may be Opaque at all, and else it is Text.</summary>
    Unknown,

    /// <summary>An archive, an image, an object: it cannot be masked in place. Only of a request that was decided as one with an Opaque answer; else it is Text.</summary>
    Opaque,

    /// <summary>A protocol with frames of its own, of whose text the room itself takes care.</summary>
    Framed,
}

/// <summary>What a body is by its content type, where nothing else says it.</summary>
internal static class AnswerForms
{
    private static readonly FrozenSet<string> Archives = new[]
    {
        "application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip", "application/x-tar", "application/x-gtar", "application/x-compressed-tar",
        "application/x-bzip", "application/x-bzip2", "application/x-xz", "application/zstd", "application/x-7z-compressed", "application/vnd.rar", "application/x-rar-compressed",
        "application/java-archive", "application/vnd.android.package-archive", "application/vnd.debian.binary-package", "application/x-debian-package", "application/x-rpm",
        "application/x-apple-diskimage", "application/x-iso9660-image", "application/x-msdownload", "application/vnd.microsoft.portable-executable", "application/x-msi",
        "application/x-executable", "application/x-mach-binary", "application/wasm", "application/pdf",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Named types alone are Opaque: what is not known is searched.</summary>
    public static AnswerForm Of(MediaTypeHeaderValue? type) => type?.MediaType?.ToLowerInvariant() switch
    {
        null or "application/octet-stream" or "binary/octet-stream" => AnswerForm.Unknown,
        "application/json" => AnswerForm.Json,
        "image/svg+xml" => AnswerForm.Text,
        { } media when media.EndsWith("+json", StringComparison.Ordinal) => AnswerForm.Json,
        { } media when Archives.Contains(media) || IsMedia(media) => AnswerForm.Opaque,
        _ => AnswerForm.Text,
    };

    /// <summary>Whether what begins so is no text: it has a zero byte and no sign of UTF-16, or is compressed.</summary>
    /// <param name="beginning">As much as there is, 512 bytes at most.</param>
    public static bool IsBinary(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => false,
        [0x1F, 0x8B, ..] or [(byte)'B', (byte)'Z', (byte)'h', ..] or [0x28, 0xB5, 0x2F, 0xFD, ..] => true,
        _ => beginning.Contains((byte)0),
    };

    private static bool IsMedia(string media) =>
        media.StartsWith("image/", StringComparison.Ordinal) || media.StartsWith("audio/", StringComparison.Ordinal)
        || media.StartsWith("video/", StringComparison.Ordinal) || media.StartsWith("font/", StringComparison.Ordinal);
}
