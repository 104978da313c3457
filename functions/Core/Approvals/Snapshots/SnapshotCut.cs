namespace CursorBroker.Core.Approvals.Snapshots;

/// <summary>Cuts text to what is shown of a line, never through a character of two units.</summary>
internal static class SnapshotCut
{
    public static SnapshotLine Line(char kind, string text, SnapshotLimits limits) =>
        text.Length <= limits.LineLength ? new(kind, text) : new(kind, Head(text, limits.LineLength), Cut: true);

    /// <summary>The text; with an ellipsis at its end when it was longer.</summary>
    public static string Text(string text, SnapshotLimits limits) =>
        text.Length <= limits.LineLength ? text : Head(text, limits.LineLength - 1) + "…";

    /// <summary>The first so many units of the text.</summary>
    public static string Head(string text, int most) => text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
