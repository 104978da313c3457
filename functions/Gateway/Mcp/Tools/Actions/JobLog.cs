using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CursorBroker.Gateway.Mcp.Tools.Shared;

namespace CursorBroker.Gateway.Mcp.Tools.Actions;

/// <summary>The end of what a job printed, or the end of what is before that: a log is read from where it failed upwards.</summary>
internal static class JobLog
{
    /// <summary>Bytes of a piece; a line longer than that is cut.</summary>
    private const int MostBytes = 60_000;

    /// <summary>A piece of a log, as answers have it.</summary>
    /// <param name="text">All of it, UTF-8. Only the piece is made text of.</param>
    /// <param name="lines">How many lines at most.</param>
    /// <param name="before">The line that the piece ends before, counted from 1; null for the end.</param>
    public static JsonObject Piece(ReadOnlySpan<byte> text, long lines, long? before)
    {
        var all = text.TrimEnd((byte)'\n');
        var count = all.Count((byte)'\n') + 1;
        var end = (int)Math.Min(before - 1 ?? count, count);
        var stop = all.Length;
        for (var line = count; line > end; line--)
        {
            stop = all[..stop].LastIndexOf((byte)'\n');
        }

        var (start, from) = (end, stop);
        while (start > 0 && end - start < lines)
        {
            var begins = all[..(start == end ? stop : from - 1)].LastIndexOf((byte)'\n') + 1;
            if (start < end && stop - begins + 1 > MostBytes)
            {
                break;
            }

            (start, from) = (start - 1, begins);
        }

        var shown = all[from..stop];
        var piece = new JsonObject
        {
            ["logs_content"] = shown.Length <= MostBytes ? Encoding.UTF8.GetString(shown) : $"{Cut.Of(shown, 0, MostBytes).Text}…",
            ["original_length"] = count,
            ["message"] = start == 0 && end == count
                ? "This is the whole log."
                : string.Create(CultureInfo.InvariantCulture, $"Lines {start + 1} to {end} of {count}.{(start > 0 ? $" For what is before: before_line {start + 1}." : "")}"),
        };
        if (start > 0)
        {
            piece["before_line"] = start + 1;
        }

        return piece;
    }
}
