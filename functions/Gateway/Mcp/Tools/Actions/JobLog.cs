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
    /// <param name="text">All of it.</param>
    /// <param name="lines">How many lines at most.</param>
    /// <param name="before">The line that the piece ends before, counted from 1; null for the end.</param>
    public static JsonObject Piece(string text, long lines, long? before)
    {
        var all = text.TrimEnd('\n').Split('\n');
        var end = (int)Math.Min(before - 1 ?? all.Length, all.Length);
        var start = end;
        for (var bytes = 0; start > 0 && end - start < lines; start--)
        {
            bytes += Encoding.UTF8.GetByteCount(all[start - 1]) + 1;
            if (bytes > MostBytes && start < end)
            {
                break;
            }
        }

        var shown = string.Join('\n', all[start..end]);
        var piece = new JsonObject
        {
            ["logs_content"] = Encoding.UTF8.GetByteCount(shown) <= MostBytes ? shown : $"{Cut.Of(Encoding.UTF8.GetBytes(shown), 0, MostBytes).Text}…",
            ["original_length"] = all.Length,
            ["message"] = start == 0 && end == all.Length
                ? "This is the whole log."
                : string.Create(CultureInfo.InvariantCulture, $"Lines {start + 1} to {end} of {all.Length}.{(start > 0 ? $" For what is before: before_line {start + 1}." : "")}"),
        };
        if (start > 0)
        {
            piece["before_line"] = start + 1;
        }

        return piece;
    }
}
