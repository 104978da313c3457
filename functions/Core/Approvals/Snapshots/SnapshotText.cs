using System.Text;
using CursorBroker.Core.Masking;

namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>
/// One side of a file, twice: its lines as they are, which alone tell what changed, and as they may be shown. Were masked lines compared, a change
/// of a secret, or between bytes that are no text, would look like none.
/// </summary>
internal sealed class SnapshotText
{
    private SnapshotText(string[] lines, string[] shown)
    {
        Lines = lines;
        Shown = shown;
    }

    public static SnapshotText Empty { get; } = new([], []);

    /// <summary>The lines with their ends, a char for each byte. Never to be shown.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The same lines without their line feeds, decoded leniently and masked.</summary>
    public IReadOnlyList<string> Shown { get; }

    /// <summary>Whether the line is the last and no line feed follows.</summary>
    public bool IsUnended(int line) => line == Lines.Count - 1 && !Lines[line].EndsWith('\n');

    /// <summary>Null when nobody vouches for the text, or the masked text is not line by line the text.</summary>
    public static SnapshotText? Read(ReadOnlySpan<byte> content, ITextMasker masker)
    {
        // Masked whole, so that a secret that spans lines is seen.
        if (masker.Mask(Encoding.UTF8.GetString(content)) is not { } masked)
        {
            return null;
        }

        var (lines, shown) = (Split(Encoding.Latin1.GetString(content)), Split(masked));
        return lines.Length == shown.Length && (lines.Length == 0 || lines[^1].EndsWith('\n') == shown[^1].EndsWith('\n'))
            ? new(lines, [.. shown.Select(static line => line.EndsWith('\n') ? line[..^1] : line)])
            : null;
    }

    /// <summary>The lines, each with its line feed. A carriage return is part of the line: a change of line ends is a change.</summary>
    public static string[] Split(string text)
    {
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
